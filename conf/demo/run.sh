#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# run.sh: the demo behind `make run`. httpd in the foreground, on this machine's loopback addresses only, with a
# ServerRoot of its own that goes when the demo ends. The interesting part, the policy, is in demo.conf beside this file.
#
#   ENV                      picks the list of origins: development; anything else, or nothing, is production
#   CORS_DEMO_API_PORT       8080
#   CORS_DEMO_PAGE_PORT      3000, an origin that development allows
#   CORS_DEMO_STRANGER_PORT  3999, an origin that no list has
#   CORS_MODULE              build/mod_cors.so

set -euo pipefail
export LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$(cd "$here/../.." && pwd)
module=${CORS_MODULE:-build/mod_cors.so}
[[ $module == /* ]] || module=$project/$module

api=${CORS_DEMO_API_PORT:-8080}
page=${CORS_DEMO_PAGE_PORT:-3000}
stranger=${CORS_DEMO_STRANGER_PORT:-3999}
list=production
[[ ${ENV-} == development ]] && list=development

modules=(mpm_event unixd log_config watchdog mime dir alias headers unique_id allowmethods reflector dav dav_fs
         authn_core authn_file auth_basic authz_core authz_host authz_user)

fail() { echo "mod_cors demo: $*" >&2; exit 1; }

# The addresses that browsers may mean by localhost.
loopbacks() {
    echo 127.0.0.1
    ! grep -qs '^0\{31\}1 ' /proc/net/if_inet6 || echo ::1
}

listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# need_free PORT VARIABLE: refuse before anything starts, in words that say what to do.
need_free() {
    local address
    for address in $(loopbacks); do
        ! (exec 3<>"/dev/tcp/$address/$1") 2>/dev/null ||
            fail "port $1 is taken by another program; set $2 to one that is free"
    done
}

# What depends on the machine; demo.conf has the rest.
write_httpd_conf() {
    local libexec=$1 name port address
    echo "ServerRoot \"$root\""
    echo "DefaultRuntimeDir run"
    echo "PidFile run/httpd.pid"
    echo "ErrorLog run/error.log"
    for name in "${modules[@]}"; do
        # A file that is not there is a module linked into httpd.
        [[ ! -e $libexec/mod_$name.so ]] || echo "LoadModule ${name}_module \"$libexec/mod_$name.so\""
    done
    echo "LoadModule cors_module \"$module\""
    echo "TypesConfig run/mime.types"
    [[ $EUID -ne 0 ]] || printf '%s\n' 'User nobody' "Group \"$(id -gn nobody)\""
    for port in "$api" "$page" "$stranger"; do
        for address in $(loopbacks); do
            [[ $address == *:* ]] && echo "Listen [$address]:$port" || echo "Listen $address:$port"
        done
    done
    printf 'Define %s "%s"\n' DEMO_ROOT "$root" DEMO_LIST "$list" \
        DEMO_API_PORT "$api" DEMO_PAGE_PORT "$page" DEMO_STRANGER_PORT "$stranger"
    echo "Include \"$here/demo.conf\""
}

# Copies, since httpd's workers are another user where root starts it.
lay_out() {
    local file environment=${ENV-} password=demo-$RANDOM
    mkdir "$root"/{run,locks,page,www,origins}
    cp -R "$here/api" "$root/www/"
    mkdir "$root/www/api/items"
    cp "$here/index.html" "$root/page/"
    for file in development production; do
        sed "s/:3000\$/:$page/" "$project/conf/origins/$file.origins" >"$root/origins/$file.origins"
    done
    printf '%s\n' 'application/json json' 'text/html html' 'text/plain txt' >"$root/run/mime.types"
    : >"$root/run/error.log"
    htpasswd -bc "$root/run/passwords" visitor "$password" 2>/dev/null
    cat >"$root/page/environment.json" <<JSON
{
    "environment": "${environment//[^[:alnum:]_.-]/}",
    "list": "$list",
    "api": $api,
    "page": $page,
    "stranger": $stranger,
    "visitor": "visitor:$password"
}
JSON
    chmod -R u=rwX,go=rX "$root"
    [[ $EUID -ne 0 ]] || chown nobody "$root/locks" "$root/www/api/items"
}

banner() {
    local other=production
    [[ $list == development ]] || other=development
    printf '\n  mod_cors demo\n\n'
    printf '    %-42s %s\n' \
        "http://localhost:$page/" "the page, from an origin that development allows" \
        "http://localhost:$stranger/" "the same page, from a stranger's origin" \
        "http://localhost:$api/api/items.json" "the API that both call" \
        "http://localhost:$api/cors-status" "what was allowed and denied, and why"
    cat <<BANNER

  ENV is ${ENV:-unset}, so this list of allowed origins is in force:
    $root/origins/$list.origins
  To see the other side: ENV=$other make run

  Ctrl-C ends the demo. The log:

BANNER
}

finish() {
    trap '' EXIT INT TERM HUP
    if [[ -n ${httpd_pid-} ]]; then
        kill -TERM "$httpd_pid" 2>/dev/null || true
        wait "$httpd_pid" 2>/dev/null || true
    fi
    [[ -z ${log_pid-} ]] || wait "$log_pid" 2>/dev/null || true    # it ends by itself when httpd has
    rm -rf "$root"
}

main() {
    local apxs program libexec
    apxs=$(command -v apxs) || fail "no apxs here; 'tools/deps.sh build' gets what is needed"
    program=$("$apxs" -q SBINDIR)/$("$apxs" -q PROGNAME)
    libexec=$("$apxs" -q LIBEXECDIR)
    [[ -x $program ]] || fail "no httpd at $program; 'tools/deps.sh build' gets what is needed"
    [[ -e $module ]] || fail "no module at $module; 'make' builds it"
    need_free "$api" CORS_DEMO_API_PORT
    need_free "$page" CORS_DEMO_PAGE_PORT
    need_free "$stranger" CORS_DEMO_STRANGER_PORT

    root=$(mktemp -d "${TMPDIR:-/tmp}/mod_cors-demo.XXXXXX")
    trap finish EXIT
    trap 'exit 0' INT TERM HUP
    lay_out
    write_httpd_conf "$libexec" >"$root/run/httpd.conf"

    # A session of its own keeps the terminal's signals away: a resized window is httpd's signal to stop.
    setsid "$program" -D FOREGROUND -f "$root/run/httpd.conf" &
    httpd_pid=$!
    until listening "$stranger"; do
        kill -0 "$httpd_pid" 2>/dev/null || { cat "$root/run/error.log" >&2; fail "httpd did not start"; }
        sleep 0.05
    done
    banner
    tail -n +1 -s 0.2 -f --pid="$httpd_pid" "$root/run/error.log" &
    log_pid=$!
    wait "$httpd_pid"
}

main
