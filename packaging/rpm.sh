#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# rpm.sh TOPDIR: build the packages of mod_cors.spec, whose source is in TOPDIR/SOURCES.
#
# On a machine that has httpd's headers, but not from Fedora's httpd-devel, it tells rpmbuild what that package would.
# The places are Fedora's; apxs, compiler and libraries are this machine's. Such a package shows that the spec works;
# it serves no Fedora.

set -euo pipefail
cd "$(dirname "$0")/.."

defines=(--define "_topdir $1")
if ! rpm -q --quiet httpd-devel; then
    apxs=$(command -v apxs)
    mmn=$(sed -n 's/^#define MODULE_MAGIC_NUMBER_MAJOR *//p' "$(apxs -q INCLUDEDIR)/ap_mmn.h")
    echo "mod_cors: httpd-devel is no RPM here: this only tries the spec" >&2
    defines+=(--nodeps --define "_httpd_apxs $apxs" --define "_httpd_mmn $mmn")
fi
exec rpmbuild "${defines[@]}" -ba packaging/mod_cors.spec
