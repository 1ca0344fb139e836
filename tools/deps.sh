#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# deps.sh LEVEL: see that what the Makefile needs is on this machine, and install what is not.
#
# Nothing missing: silent, and fast enough to stand before every `make`. Something missing: Debian and Ubuntu get it
# with apt, Fedora with dnf; without the rights for that, the one command to run is printed and the status is 1.
# It installs httpd's programs (apache2-bin), not Debian's apache2 package: no service is started or enabled.

set -euo pipefail
export LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/snap/bin     # where httpd is, also for users

# levels | what for | present when this succeeds | Debian, Ubuntu (a/b: whichever there is) | Fedora
needs() {
    cat <<'TABLE'
build | a C compiler            | have cc                            | gcc libc6-dev                      | gcc
build | make                    | have make                          | make                               | make
build | pkg-config              | have pkg-config                    | pkg-config                         | pkgconf-pkg-config
build | httpd                   | have apache2 httpd                 | apache2-bin                        | httpd
build | htpasswd                | have htpasswd                      | apache2-utils                      | httpd-tools
build | httpd's headers, apxs   | have apxs                          | apache2-dev                        | httpd-devel
build | APR's headers           | library apr-1                      | libapr1-dev                        | apr-devel
build | APR-util's headers      | library apr-util-1                 | libaprutil1-dev                    | apr-util-devel
build | libpsl's headers        | library libpsl                     | libpsl-dev                         | libpsl-devel
build | jansson's headers       | library jansson                    | libjansson-dev                     | jansson-devel
build | PCRE2's headers         | library libpcre2-8                 | libpcre2-dev                       | pcre2-devel
build | curl                    | have curl                          | curl                               | curl
test deb rpm | Check, for unit tests | library check                 | check                              | check-devel
test  | pytest                  | python pytest                      | python3-pytest                     | python3-pytest
test  | pytest-xdist            | python xdist                       | python3-pytest-xdist               | python3-pytest-xdist
test  | Beautiful Soup          | python bs4                         | python3-bs4                        | python3-beautifulsoup4
test  | html5lib                | python html5lib                    | python3-html5lib                   | python3-html5lib
test  | Prometheus' parser      | python prometheus_client           | python3-prometheus-client          | python3-prometheus_client
test  | JSON schema             | python jsonschema                  | python3-jsonschema                 | python3-jsonschema
test  | selenium                | python selenium                    | python3-selenium                   | python3-selenium
test  | Chromium                | have chromium chromium-browser     | chromium/chromium-browser          | chromium
test  | ChromeDriver            | have chromedriver                  | chromium-driver/chromium-chromedriver | chromedriver
test  | openssl                 | have openssl                       | openssl                            | openssl
test  | strace                  | have strace                        | strace                             | strace
test lint | clang               | have clang                         | clang                              | clang
test lint | clang-tidy          | have clang-tidy                    | clang-tidy                         | clang-tools-extra
test lint | clang-format        | have clang-format                  | clang-format                       | clang-tools-extra
test lint | cppcheck            | have cppcheck                      | cppcheck                           | cppcheck
test lint | shellcheck          | have shellcheck                    | shellcheck                         | ShellCheck
test  | sanitizers and fuzzer   | fuzzer                             | libclang-rt-dev                    | compiler-rt
test  | clang's coverage tools  | have llvm-profdata                 | llvm                               | llvm
test  | ThreadSanitizer of gcc  | runtime tsan                       | gcc                                | libtsan
test  | AddressSanitizer of gcc | runtime asan                       | gcc                                | libasan
test  | UBSan of gcc            | runtime ubsan                      | gcc                                | libubsan
test  | valgrind                | have valgrind                      | valgrind                           | valgrind
test deb rpm | the public suffix list | some /usr/share/publicsuffix/*.dat | publicsuffix                       | publicsuffix-list
test  | APR-util's SQLite       | driver sqlite3                     | libaprutil1-dbd-sqlite3            | apr-util-sqlite
test  | APR-util's PostgreSQL   | driver pgsql                       | libaprutil1-dbd-pgsql              | apr-util-pgsql
test  | a PostgreSQL server     | postgresql                         | postgresql                         | postgresql-server
bench | valgrind                | have valgrind                      | valgrind                           | valgrind
bench | wrk                     | have wrk                           | wrk                                | wrk
bench | nginx                   | have nginx                         | nginx                              | nginx
bench | Go                      | have go                            | golang-go                          | golang
bench | rs/cors for Go          | some /usr/share/gocode/src/github.com/rs/cors/*.go | golang-github-rs-cors-dev | golang-github-rs-cors-devel
bench | FastAPI                 | python fastapi                     | python3-fastapi                    | python3-fastapi
bench | uvicorn                 | python uvicorn                     | python3-uvicorn                    | python3-uvicorn
bench | uvicorn's faster loop   | python uvloop                      | python3-uvloop                     | python3-uvloop
bench | uvicorn's faster parser | python httptools                   | python3-httptools                  | python3-httptools
deb   | Debian's build tools    | some /usr/share/build-essential/*  | build-essential                    |
deb   | debhelper               | have dh                            | debhelper                          |
deb   | dh_apache2              | have dh_apache2                    | dh-apache2                         |
rpm   | rpmbuild                | have rpmbuild                      | rpm                                | rpm-build
check-package | lintian         | have lintian                       | lintian                            |
check-package | rpmlint         | have rpmlint                       | rpmlint                            | rpmlint
check-package | autopkgtest     | have autopkgtest                   | autopkgtest                        |
check-package | debootstrap     | have debootstrap                   | debootstrap                        |
check-package | ip              | have ip                            | iproute2                           | iproute
TABLE
}

# The tests for presence that the table uses. No Python or compiler is started: this runs before every build.
have()    { local name; for name; do command -v "$name" >/dev/null && return; done; return 1; }
library() { pkg-config --exists "$1" 2>/dev/null; }
some()    { compgen -G "$1" >/dev/null; }
python()  { have python3 && some "/usr/lib/python3*/*-packages/$1"; }
runtime() { some "/usr/lib*/lib$1.so.[0-9]*" || some "/usr/lib/*/lib$1.so.[0-9]*"; }
fuzzer()  { some '/usr/lib*/llvm*/lib/clang/*/lib/*/libclang_rt.fuzzer*.a' ||
            some '/usr/lib*/clang/*/lib/*/libclang_rt.fuzzer*.a'; }
driver()  { some "/usr/lib/*/apr-util-1/apr_dbd_$1*.so" || some "/usr/lib*/apr-util-1/apr_dbd_$1*.so"; }
postgresql() { some '/usr/lib/postgresql/*/bin/initdb' || have initdb; }

usage() { echo "usage: ${0##*/} build|test|bench|lint|deb|rpm|check-package" >&2; exit 2; }

# missing LEVEL FIELD: that field (2 what for, 4 Debian, 5 Fedora) of every need that is not met. All include `build`.
missing() {
    local level what check debian fedora
    while IFS='|' read -r level what check debian fedora; do
        [[ " $level " == *" $1 "* || $level == *build* ]] || continue
        read -ra check <<<"$check"
        "${check[@]}" && continue
        local row=("" "" "$what" "" "$debian" "$fedora")
        read -r what <<<"${row[$2]}"
        [[ -z $what ]] || echo "$what"     # empty: not to be had there
    done < <(needs)
}

# as_root COMMAND: run this shell command with the rights to install, or name it as the one thing left to do.
as_root() {
    if [[ $EUID -eq 0 ]]; then
        sh -c "$1"
    elif have sudo && sudo -n true 2>/dev/null; then
        sudo -n sh -c "$1"
    else
        printf 'mod_cors: run this, then again what you just ran:\n    sudo sh -c "%s"\n' "$1" >&2
        exit 1
    fi
}

# Of a/b, for releases that call a package differently, what apt can install here; a if it knows neither.
available() {
    local name
    for name in ${1//\// }; do
        [[ $(apt-cache policy "$name" 2>/dev/null) == *"Candidate: "[!\(]* ]] && { echo "$name"; return; }
    done
    echo "${1%%/*}"
}

# Debian's postgresql makes a database and starts it as a service, unless such a file is there while it is installed.
CLUSTERS=/etc/postgresql-common/createcluster.d
WITHOUT_A_CLUSTER="mkdir -p $CLUSTERS && trap 'rm -f $CLUSTERS/mod_cors.conf' EXIT"
WITHOUT_A_CLUSTER+=" && echo create_main_cluster = false >$CLUSTERS/mod_cors.conf"

# Debian's nginx starts a service and enables it, unless this script forbids the one and the other is taken back. An
# administrator's own script is left alone. It never meets the trap above: no level has both packages.
POLICY=/usr/sbin/policy-rc.d
WITHOUT_A_SERVICE="{ [ -e $POLICY ] || { trap 'rm -f $POLICY' EXIT; printf '#\041/bin/sh\nexit 101\n' >$POLICY;"
WITHOUT_A_SERVICE+=" chmod 755 $POLICY; }; }"

install_apt() {
    local update='apt-get -q update' packages='' name
    [[ $EUID -ne 0 ]] || { as_root "$update"; update=:; }   # what is available is known only after that
    for name; do packages+=" $(available "$name")"; done
    [[ " $* " != *' postgresql '* ]] || update+=" && $WITHOUT_A_CLUSTER"
    [[ " $* " != *' nginx '* ]] || { update+=" && $WITHOUT_A_SERVICE"; packages+=' && update-rc.d nginx disable'; }
    as_root "$update && DEBIAN_FRONTEND=noninteractive apt-get -qy install --no-install-recommends$packages"
}

install_dnf() {
    [[ $# -eq 0 ]] || as_root "dnf -y --setopt=install_weak_deps=False install $*"
}

main() {
    local level=${1-} what
    [[ $# -eq 1 && $level =~ ^(build|test|bench|lint|deb|rpm|check-package)$ ]] || usage
    what=$(missing "$level" 2)
    [[ -n $what ]] || return 0
    echo "mod_cors: not on this machine yet: ${what//$'\n'/; }"

    # shellcheck disable=SC2046  # a need may take several packages
    if have apt-get; then
        install_apt $(missing "$level" 4)
    elif have dnf; then
        install_dnf $(missing "$level" 5)
    else
        echo "mod_cors: neither apt-get nor dnf here; please install those with what there is" >&2
        exit 1
    fi

    hash -r
    what=$(missing "$level" 2)
    [[ -z $what ]] || { echo "mod_cors: still missing: ${what//$'\n'/; }" >&2; exit 1; }
}

main "$@"
