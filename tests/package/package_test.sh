#!/usr/bin/env bash
# Makes the Debian package of a build, has lintian look at it, installs it into an empty root, uses it there, and removes
# it again: nothing may stay behind.
#
#   package_test.sh BUILD
set -euo pipefail

build=$1
for tool in cpack lintian dpkg dpkg-deb chroot; do
    command -v "$tool" >/dev/null || {
        echo "SKIPPED: $tool is not installed"
        exit 0
    }
done
if ((EUID != 0)); then
    echo "SKIPPED: only root can install a package into another root"
    exit 0
fi

work=$(mktemp --directory)
trap 'rm --recursive --force "$work"' EXIT

cmake --build "$build" --target package_files bankctl
cpack --config "$build/CPackConfig.cmake" -B "$work/cpack" >"$work/log" || {
    cat "$work/log"
    exit 1
}
deb=$(echo "$work"/cpack/*.deb)
dpkg-deb --info "$deb"
dpkg-deb --contents "$deb"

echo '== lintian'
lintian --allow-root --fail-on error,warning "$deb"

# An empty root: the executable needs no library, so dpkg's own database is all that is there.
root=$work/root
mkdir --parents "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/updates" "$root/tmp"
touch "$root/var/lib/dpkg/status"
dpkg --root="$root" --force-script-chrootless --install "$deb"

echo '== Used in the empty root'
run() {
    env --ignore-environment HOME=/root BANKCTL_DB=/tmp/bank.db "$(command -v chroot)" "$root" /usr/bin/bankctl "$@"
}
mkdir "$root/root"
install -D --mode=444 {,"$root"}/proc/sys/kernel/random/boot_id # by which the limiter tells one boot from another
run version
run init >/dev/null
run customer add c1 --name Ada >/dev/null
run account open alice --customer c1 --currency USD --opening-balance 5.00 >/dev/null
[[ $(run balance alice --output csv --fields balance | tail --lines=1) == 5.00 ]]
run help errors >/dev/null
for file in share/man/man1/bankctl.1.gz share/man/man1/bankctl-account.1.gz share/man/man5/bankctl-json.5.gz \
    share/man/man7/bankctl-errors.7.gz share/bash-completion/completions/bankctl \
    share/zsh/vendor-completions/_bankctl share/fish/vendor_completions.d/bankctl.fish \
    share/doc/bankctl/copyright share/doc/bankctl/examples/cron share/bankctl/schema/balance.schema.json; do
    [[ -e $root/usr/$file ]] || {
        echo "the package lacks /usr/$file" >&2
        exit 1
    }
done
cmp <(run completion bash) "$root/usr/share/bash-completion/completions/bankctl"

echo '== Removed: the bank stays, nothing else does'
dpkg --root="$root" --force-script-chrootless --purge bankctl
[[ -e $root/tmp/bank.db ]]
left=$(find "$root" -path "$root/var" -prune -o -path "$root/tmp" -prune -o -path "$root/proc" -prune -o -type f -print)
[[ -z $left ]] || {
    echo "left behind: $left" >&2
    exit 1
}

echo '== cmake --install puts the same files there'
DESTDIR=$work/install cmake --install "$build" --prefix /usr >/dev/null
diff <(dpkg-deb --contents "$deb" | awk '$1 ~ /^-/ { print substr($6, 2) }' | sort) \
    <(cd "$work/install" && find . -type f | cut --characters=2- | sort)
