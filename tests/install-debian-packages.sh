#!/bin/sh
# Installs the programs that some suites need (tests/debian-packages.txt), where that is possible without asking.
# Where it is not, it says which suites will be left out; the tests themselves decide what that means.
set -eu
list=$(dirname "$0")/debian-packages.txt

installed() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'install ok installed'; }

# Not on the list, and not installed: nothing to say. The answer is one line "package  # suites" for each.
missing() {
    while read -r package rest; do
        case $package in '' | '#'*) continue ;; esac
        installed "$package" || echo "$package  $rest"
    done <"$list"
}

left_out() {
    echo "Suites left out for now ($1):"
    missing | sed 's/^/    /'
    echo "To run them:  apt-get install $(missing | awk '{printf "%s ", $1}')"
}

if ! command -v dpkg-query >/dev/null; then
    echo "This is no Debian: suites whose programs are missing are left out. $list names what they need."
    exit 0
fi
[ -n "$(missing)" ] || exit 0
if [ "${1:-auto}" = no ]; then
    left_out "APT=no"
    exit 0
elif [ "$(id -u)" = 0 ]; then
    as_root=
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    left_out "not installed, and installing them needs root or sudo without a password"
    exit 0
fi

dovecot_is_new=$(missing | grep -c '^dovecot-core' || true)
packages=$(missing | awk '{print $1}')
echo "Installing what the tests need:" $packages
get="$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0"
$get update </dev/null || echo "apt-get update failed; trying with what is known."
# One package that this release does not have must not keep the others away.
$get install -y --no-install-recommends $packages </dev/null >/dev/null ||
    for package in $packages; do
        $get install -y --no-install-recommends "$package" </dev/null >/dev/null || true
    done
# The tests start a Dovecot of their own; this machine asked for no mail server.
if [ "$dovecot_is_new" != 0 ] && [ -d /run/systemd/system ]; then
    $as_root systemctl --quiet disable --now dovecot.service dovecot.socket 2>/dev/null || true
fi
[ -z "$(missing)" ] || left_out "apt-get could not install them"
