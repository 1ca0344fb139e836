#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# config.sh: httpd's configuration files, for "make install", "make uninstall" and the packages.
#
#   config.sh layout SYSCONFDIR     print whose arrangement is found there: debian, fedora, or none
#   config.sh check LAYOUT          fail where there is no such arrangement
#   config.sh write NAME LIBEXECDIR DOCDIR              print conf/installed/NAME with these places filled in
#   config.sh install LAYOUT SYSCONFDIR LIBEXECDIR DOCDIR
#   config.sh uninstall LAYOUT SYSCONFDIR LIBEXECDIR DOCDIR
#
# SYSCONFDIR is what apxs says, behind DESTDIR if there is one. What an administrator has changed is neither
# overwritten nor removed.

set -euo pipefail
cd "$(dirname "$0")/.."

fail() { printf 'mod_cors: %s\n' "$*" >&2; exit 1; }
say()  { printf 'mod_cors: %s\n' "$*"; }

layout() {
    if [[ -d $1/mods-available ]]; then
        echo debian
    elif [[ -d $(dirname "$1")/conf.modules.d ]]; then
        echo fedora
    else
        echo none
    fi
}

check() {
    case $1 in
    debian | fedora | none) ;;
    *) fail "LAYOUT is debian, fedora or none, not '$1'" ;;
    esac
}

write() {
    sed -e "s|@LIBEXECDIR@|$2|g" -e "s|@DOCDIR@|$3|g" "conf/installed/$1"
}

# places LAYOUT SYSCONFDIR: sets load and conf, where the two files go; empty for none.
places() {
    load='' conf=''
    case $1 in
    debian)
        load=$2/mods-available/cors.load
        conf=$2/mods-available/cors.conf
        ;;
    fedora)
        load=$(dirname "$2")/conf.modules.d/10-cors.conf
        conf=$(dirname "$2")/conf.d/cors.conf
        ;;
    esac
}

# same FILE: has it what is read?
same() { [[ -f $1 ]] && cmp -s - "$1"; }

install_config() {
    local load conf
    places "$1" "$2"
    if [[ -z $load ]]; then
        say "now add to httpd's configuration: LoadModule cors_module $3/mod_cors.so"
        return
    fi
    install -d "$(dirname "$load")" "$(dirname "$conf")"
    write cors.load "$3" "$4" >"$load"
    chmod 644 "$load"
    if [[ -e $conf ]] && ! write cors.conf "$3" "$4" | same "$conf"; then
        say "$conf has been changed here, and stays as it is"
    else
        write cors.conf "$3" "$4" >"$conf"
        chmod 644 "$conf"
    fi
    case $1 in
    debian) say "now: a2enmod cors, and reload httpd" ;;
    fedora) say "now reload httpd" ;;
    esac
}

uninstall_config() {
    local load conf name
    places "$1" "$2"
    if [[ -z $load ]]; then
        say "remove the line LoadModule cors_module from httpd's configuration"
        return
    fi
    if [[ $1 == debian ]]; then
        for name in load conf; do                      # as a2dismod does
            [[ ! -L $2/mods-enabled/cors.$name ]] || rm -f "$2/mods-enabled/cors.$name"
        done
    fi
    rm -f "$load"
    if write cors.conf "$3" "$4" | same "$conf"; then
        rm -f "$conf"
    elif [[ -e $conf ]]; then
        say "$conf has been changed here, and stays"
    fi
    say "httpd does not know Cors directives any more: remove the policies, then reload it"
}

case ${1-}:$# in
layout:2 | check:2 | write:4) "$@" ;;
install:5 | uninstall:5)
    check "$2"
    action=$1
    shift
    "${action}_config" "$@"
    ;;
*) sed -n 's/^#   //p' "$0" >&2; exit 2 ;;
esac
