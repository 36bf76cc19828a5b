#!/bin/sh
# How much a fresh install takes on the disk: what is downloaded and unpacked, the same after a first use, and with
# every module compiled (what `pip install` leaves). pip and setuptools are not counted. Also proves that the
# installed package works away from its source. Fails over LIMIT megabytes as unpacked.
set -eu
LIMIT=60
root=$(cd "$(dirname "$0")/.." && pwd)
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
"${PYTHON:-python3}" -m venv "$home/venv"
"$home/venv/bin/python" -m pip --quiet --no-input --disable-pip-version-check install --no-compile "$root"
site=$("$home/venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
"$home/venv/bin/python" -m pip --quiet --disable-pip-version-check uninstall --yes setuptools >/dev/null 2>&1 || true
rm -rf "$site"/pip "$site"/pip-*

megabytes() { du -sk "$site" | awk '{printf "%.1f", $1 / 1024}'; }

unpacked=$(megabytes)
unset PYTHONDONTWRITEBYTECODE
(cd "$home" && "$home/venv/bin/watcher" demo >"$home/demo.txt")
used=$(megabytes)
"$home/venv/bin/python" -m compileall -q "$site" >/dev/null || true
echo "as unpacked:          $unpacked MB"
echo "after a first use:    $used MB"
echo "with all compiled:    $(megabytes) MB"
echo "the largest, compiled:"
du -sk "$site"/* | sort -rn | head -8 | awk '{n = split($2, part, "/"); printf "    %5.1f MB  %s\n", $1 / 1024, part[n]}'
awk -v size="$unpacked" -v limit="$LIMIT" 'BEGIN { exit size > limit }' || {
    echo "That is more than $LIMIT MB." >&2
    exit 1
}
