#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# check.sh: what others say of the packages that "make deb" and "make rpm" have built: lintian, rpmlint, and a clean
# Debian 12, in which they are built and used (acceptance.sh).

set -euo pipefail
cd "$(dirname "$0")/../.."

step() { printf '\n--- %s\n' "$*"; }

step lintian
lintian --no-cfg --allow-root --fail-on error,warning build/deb/*.changes
echo silent

step rpmlint
rpmlint --strict --config packaging/rpmlint.toml packaging/mod_cors.spec build/rpm/SRPMS/*.rpm build/rpm/RPMS/*/*.rpm

exec tests/package/acceptance.sh
