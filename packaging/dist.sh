#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# dist.sh NAME ARCHIVE: the source archive, whose files are in a folder NAME.
#
# The same files give the same bytes, wherever, whenever and by whomever it is made: names are sorted, owners and
# modes are set, and the time is the day of the newest entry in mod_cors.spec, or SOURCE_DATE_EPOCH. debian/ is left
# out: Debian's packages bring their own.

set -euo pipefail
export LC_ALL=C TZ=UTC
cd "$(dirname "$0")/.."

name=$1
archive=$2

# What git knows or would add; without git, as in an unpacked archive, everything but what is built.
files() {
    if [[ -e .git ]]; then
        git -c safe.directory='*' ls-files -z --cached --others --exclude-standard
    else
        find . -type d \( -name build -o -name __pycache__ -o -name .pytest_cache -o -name .pc \) -prune \
            -o -type f -printf '%P\0'
    fi
}

# A file that is deleted, but not yet for git, is gone.
belonging() {
    local file
    while IFS= read -rd '' file; do
        [[ ! -f $file || $file == debian/* ]] || printf '%s\0' "$file"
    done
}

day=$(grep -m 1 -oE '^\* [A-Z][a-z]{2} [A-Z][a-z]{2} +[0-9]+ [0-9]{4}' packaging/mod_cors.spec)
epoch=${SOURCE_DATE_EPOCH:-$(date -d "${day#\* }" +%s)}
mkdir -p "$(dirname "$archive")"
files | belonging | sort -zu >"$archive.files"
[[ -s $archive.files ]] || { echo "mod_cors: no files for $archive" >&2; exit 1; }
tar --create --format=ustar --no-recursion --transform="s|^|$name/|" \
    --mtime="@$epoch" --owner=0 --group=0 --numeric-owner --mode='u=rwX,go=rX' \
    --null --files-from="$archive.files" | gzip -9n >"$archive.new"
mv "$archive.new" "$archive"
rm "$archive.files"
sha256sum "$archive"
