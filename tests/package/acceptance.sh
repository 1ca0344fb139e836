#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# acceptance.sh: on a clean Debian 12, build the package with "make deb"; on another, install it, write a policy, reload,
# upgrade and purge it (inside.sh), and run its autopkgtest.
#
# The clean systems are folders made by debootstrap. Servers run in namespaces of their own, so that they meet no other
# server's ports and end with this script. CORS_CLEAN_ROOT names a tar archive of a clean system to use instead.
# Where this cannot be done the reason is said and the status is 77.

set -euo pipefail
export LC_ALL=C DEBIAN_FRONTEND=noninteractive
PATH=$PATH:/usr/sbin:/sbin
cd "$(dirname "$0")/../.."

SUITE=bookworm
MIRROR=http://deb.debian.org/debian

skip() { printf 'acceptance: skipped: %s\n' "$*" >&2; exit 77; }
step() { printf '\n--- %s\n' "$*"; }

[[ $EUID -eq 0 ]] || skip "only root can make a Debian in a folder"
command -v debootstrap >/dev/null || skip "debootstrap is missing; tools/deps.sh check-package installs it"
unshare --mount --pid --net --fork true 2>/dev/null || skip "no leave to make namespaces"

work=$(mktemp -d "${TMPDIR:-/tmp}/cors-package.XXXXXX")
chmod 755 "$work"
trap 'rm -rf --one-file-system "$work"' EXIT

# The archives of this release that this machine uses.
sources() {
    apt-get indextargets --format "deb \$(REPO_URI) \$(CODENAME) \$(COMPONENT)" 'Created-By: Packages' 'Origin: Debian' |
        awk -v suite="$SUITE" '$3 ~ "^" suite' | sort -u
}

# services ROOT 101|0: packages may not, or may, start and reload services; without an init they would not by themselves
services() {
    printf '#!/bin/sh\nexit %s\n' "$2" >"$1/usr/sbin/policy-rc.d"
    chmod 755 "$1/usr/sbin/policy-rc.d"
}

# clean ROOT: a clean system, on which no service is started
clean() {
    mkdir "$1"
    tar -C "$1" -xf "$work/clean.tar"
    services "$1" 101
    cp /etc/resolv.conf "$1/etc/resolv.conf"
    sources | grep . >"$1/etc/apt/sources.list" || echo "deb $MIRROR $SUITE main" >"$1/etc/apt/sources.list"
}

# in_root ROOT COMMAND ...: with the network, for apt. alone COMMAND ... and alone_in_root ROOT COMMAND ...: with a
# loopback interface and nothing else. Whatever they start ends with them.
# shellcheck disable=SC2016  # the inner shells expand these
ENTER='mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && exec chroot "$0" "$@"'
namespaces()    { unshare --mount --pid --fork --kill-child "$@"; }
in_root()       { namespaces sh -c "$ENTER" "$@"; }
alone()         { namespaces --net sh -c 'mount -t proc proc /proc && ip link set lo up && "$@"' sh "$@"; }
alone_in_root() { namespaces --net sh -c "ip link set lo up && $ENTER" "$@"; }

# newer DEB REVISION: the same package with a higher version, beside it
newer() {
    dpkg-deb -R "$1" "$work/newer"
    sed -i "s/^Version: .*/&.$2/" "$work/newer/DEBIAN/control"
    dpkg-deb --root-owner-group -b "$work/newer" "${1%/*}/newer-$2.deb" >/dev/null
    rm -rf "$work/newer"
}

# logged LOG COMMAND ...: what it says is shown if it fails
logged() {
    local log=$work/$1
    shift
    "$@" >"$log" 2>&1 || { tail -n 40 "$log"; exit 1; }
}

step "a clean Debian 12"
if [[ -n ${CORS_CLEAN_ROOT-} ]]; then
    ln -s "$(realpath "$CORS_CLEAN_ROOT")" "$work/clean.tar"
else
    mirror=$(sources | awk -v suite="$SUITE" '$3 == suite {print $2; exit}')
    logged debootstrap.log debootstrap --variant=minbase "$SUITE" "$work/clean" "${mirror:-$MIRROR}"
    tar -C "$work/clean" -cf "$work/clean.tar" .
    rm -rf "$work/clean"
fi

step "make deb"
clean "$work/build"
mkdir "$work/build/src"
tar --exclude=./build --exclude=./.git -cf - . | tar -C "$work/build/src" -xf -
logged make.log in_root "$work/build" sh -c 'apt-get -q update && apt-get -qy install --no-install-recommends make'
logged deb.log in_root "$work/build" make -C /src deb
tail -n 2 "$work/deb.log"

step "install, policy, upgrade, purge"
clean "$work/root"
mkdir "$work/root/debs"
cp "$work"/build/src/build/deb/libapache2-mod-cors_*.deb "$work/root/debs/first.deb"
newer "$work/root/debs/first.deb" 2
newer "$work/root/debs/first.deb" 3
cp tests/package/inside.sh "$work/root/inside.sh"
logged fetch.log in_root "$work/root" /inside.sh fetch
services "$work/root" 0
cp -a "$work/root" "$work/testbed"
alone_in_root "$work/root" /inside.sh run

# The testbed has what the test and its runner need, and no network to ask for more.
step autopkgtest
logged testbed.log in_root "$work/testbed" apt-get -qy install --no-install-recommends apt-utils
alone autopkgtest --ignore-restrictions=isolation-container --no-built-binaries \
    "$work"/build/src/build/deb/mod_cors-*/ "$work/testbed/debs/first.deb" -- chroot "$work/testbed"
