#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# inside.sh fetch|run: what acceptance.sh does within a clean Debian 12. "fetch", with the network and no services,
# installs Apache and downloads what the package depends on. "run", without a network, installs the package /debs/first.deb
# beside a running Apache, writes a policy, reloads, upgrades to /debs/newer-2.deb and -3, and purges.

set -euo pipefail
export LC_ALL=C DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin

ORIGIN=https://app.example.com
URL=http://127.0.0.1/api/
SITE=/etc/apache2/sites-available/000-default.conf
ERRORS=/var/log/apache2/error.log

step() { printf '  %s\n' "$*"; }
fail() {
    printf 'FAILED: %s\n' "$*" >&2
    tail -n 20 "$ERRORS" >&2
    exit 1
}

# within_time WHAT COMMAND ...: a graceful restart ends after the command that asked for it
within_time() {
    local what=$1 _
    shift
    for _ in {1..50}; do
        "$@" && return
        sleep 0.2
    done
    fail "$what"
}

# ask CURL-OPTION ...: the status and the headers
ask() { curl -sS -o /dev/null -D - "$@" "$URL" | tr -d '\r'; }
from() { ask -H "Origin: $1"; }
preflight() { ask -X OPTIONS -H "Origin: $1" -H 'Access-Control-Request-Method: PUT'; }
# These two read the answer to its end, or pipefail has curl's word for it.
says() { grep -ixF "$1" >/dev/null; }
silent() { ! grep -iE '^(access-control-|vary:)'; }

allows() { from "$ORIGIN" | says "Access-Control-Allow-Origin: $ORIGIN"; }
answers() { ask | says 'HTTP/1.1 200 OK'; }
is_inert() { from "$ORIGIN" | silent && preflight "$ORIGIN" | silent; }
no_status_handler() { [[ $(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1/cors-status) == 404 ]]; }

# The parent has the installed module in memory, not the one it has replaced.
pid() { cat /run/apache2/apache2.pid; }
runs_what_is_installed() {
    grep -q 'mod_cors\.so$' "/proc/$(pid)/maps" && ! grep -q 'mod_cors\.so (deleted)' "/proc/$(pid)/maps"
}
runs_without() { ! grep -q mod_cors "/proc/$(pid)/maps"; }
reloads() { grep -c 'AH00493: SIGUSR1 received' "$ERRORS" || true; }
has_reloaded() { [[ $(reloads) -gt $1 ]]; }

# What there is where packages put things. a2enmod's own folders, with a file for each module, come and stay.
files() {
    find /etc /usr /var/cache/apache2 /var/www -xdev | sort
    find /var/lib/apache2 ! -type d | sort
}

install() { apt-get -qy install --no-install-recommends "$1" >/apt.log 2>&1 || { cat /apt.log; fail "cannot install $1"; }; }

fetch() {
    apt-get -q update
    apt-get -qy install --no-install-recommends apache2 curl
    apt-get -qy install --no-install-recommends --download-only /debs/first.deb
    # What it depends on stays when it is purged, and is not what is looked for.
    dpkg-deb -f /debs/first.deb Depends | tr ',' '\n' | grep -oE '^ *lib[a-z0-9.-]+' |
        xargs apt-get -qy install --no-install-recommends
    echo 'ServerName localhost' >/etc/apache2/conf-enabled/server-name.conf
    sed -i 's/^Listen 80$/Listen 127.0.0.1:80/' /etc/apache2/ports.conf
    mkdir /var/www/html/api
    echo data >/var/www/html/api/index.html
}

run() {
    apache2ctl start
    within_time "Apache does not answer" answers
    files >/before

    local before
    step "installed beside a running Apache: enabled, loaded, inert"
    before=$(reloads)
    install /debs/first.deb
    a2query -m cors | grep -q 'enabled by maintainer script' || fail "it is not enabled"
    within_time "it is not loaded" runs_what_is_installed
    within_time "no reload" has_reloaded "$before"
    answers || fail "the page is gone"
    is_inert || fail "headers without a policy"
    no_status_handler || fail "there is a status handler"
    dpkg -L libapache2-mod-cors | grep '^/usr/share/man/man1/cors-explain' >/dev/null || fail "no man page"
    cors-explain --version | sed 's/^/      /'

    step "four lines and a reload"
    sed -i "/<\/VirtualHost>/i <Location \"/api\">\\n    CorsAllowOrigin  $ORIGIN\\n    CorsAllowMethods PUT\\n</Location>" "$SITE"
    apache2ctl configtest 2>&1 | grep -q 'Syntax OK' || fail "configtest"
    apache2ctl graceful
    within_time "the policy is not in force" allows
    preflight "$ORIGIN" | says 'HTTP/1.1 204 No Content' || fail "an allowed preflight"
    preflight https://stranger.example | says 'HTTP/1.1 403 Forbidden' || fail "a stranger's preflight"
    from https://stranger.example | grep -i '^access-control-' && fail "headers for a stranger"
    curl -sSi -H "Origin: $ORIGIN" "$URL" | sed 's/^/      /'

    step "upgraded: reloaded, by the same parent, with the new module"
    local parent
    parent=$(pid)
    before=$(reloads)
    install /debs/newer-2.deb
    within_time "no reload at the upgrade" has_reloaded "$before"
    within_time "the old module is still in memory" runs_what_is_installed
    [[ $(pid) == "$parent" ]] || fail "restarted, not reloaded"
    within_time "the policy is gone" allows

    step "disabled by the administrator: an upgrade leaves it so"
    cp "$SITE" /site
    sed -i '/<Location/,/<\/Location>/d' "$SITE"
    a2dismod -q cors
    apache2ctl graceful
    within_time "it is still loaded" runs_without
    install /debs/newer-3.deb
    ! a2query -q -m cors || fail "the upgrade has enabled it"
    a2enmod -q cors
    cp /site "$SITE"
    apache2ctl graceful
    within_time "the policy is not back" allows

    step "removed with a policy left behind: Apache goes on as it is"
    apt-get -qy remove libapache2-mod-cors >/apt.log 2>&1 || fail "cannot be removed"
    allows || fail "the running server has lost its policy, or itself"
    [[ -f /etc/apache2/mods-available/cors.conf ]] || fail "its configuration is gone before the purge"
    ! a2query -q -m cors || fail "it is still enabled"

    step "purged: nothing is left"
    sed -i '/<Location/,/<\/Location>/d' "$SITE"
    apt-get -qy purge libapache2-mod-cors >/apt.log 2>&1 || { cat /apt.log; fail "cannot be purged"; }
    apache2ctl configtest 2>&1 | grep -q 'Syntax OK' || fail "configtest after the purge"
    apache2ctl graceful
    within_time "it is still loaded" runs_without
    answers || fail "Apache is gone"
    is_inert || fail "headers without the module"
    files >/after
    diff /before /after || fail "files are left, or others are gone"
    ! grep -rl 'mod_cors\|cors\.load' /etc /var/lib/apache2 /var/lib/dpkg/info || fail "it is still named"
    ! dpkg-query -W libapache2-mod-cors 2>/dev/null || fail "dpkg still knows it"
    grep -E 'exit signal|Segmentation|\[cors:(error|crit|alert|emerg)' "$ERRORS" && fail "the error log"
    apache2ctl stop
    step "all as it was"
}

"$1"
