# shellcheck shell=bash disable=SC2016
# Fresh Debian roots in which tests run as on a newly installed system. Needs root. All mounts are made in
# a mount namespace of their own, which ends with the command that runs in it, however it ends.

# make_root SUITE FOLDER [PACKAGES]: makes a minimal Debian root with these packages; false where that fails,
# with the log in FOLDER.log.
make_root() {
  local suite=$1 folder=$2
  shift 2
  {
    debootstrap --variant=minbase "$suite" "$folder" &&
      { [[ ! -e /etc/resolv.conf ]] || cp -L /etc/resolv.conf "$folder/etc/resolv.conf"; } &&
      { (($# == 0)) || install_in_root "$folder" "$@"; }
  } >"$folder.log" 2>&1
}

# install_in_root FOLDER PACKAGES: installs Debian packages in the root.
install_in_root() {
  in_root "$1" '' env DEBIAN_FRONTEND=noninteractive bash -c 'apt-get update -q &&
    apt-get install -y --no-install-recommends "$@"' bash "${@:2}"
}

# in_root FOLDER MOUNTS COMMAND: runs a command in the root, with processes of its own. MOUNTS are words
# FROM:TO of folders that are bound to a path there. The environment is a newcomer's; processes that are
# left when the command ends are killed.
in_root() {
  unshare --mount --pid --fork --kill-child --propagation private bash -c '
    root=$1 mounts=$2
    shift 2
    mount --rbind "$root" "$root" || exit 99
    for pair in $mounts; do
      mkdir -p "$root${pair#*:}" && mount --rbind "${pair%%:*}" "$root${pair#*:}" || exit 99
    done
    mount -t proc proc "$root/proc" && mount --rbind /sys "$root/sys" && mount --rbind /dev "$root/dev" &&
      mount -t tmpfs tmpfs "$root/run" || exit 99
    exec chroot "$root" env --ignore-environment HOME=/root LANG=C.UTF-8 TERM=dumb HOSTNAME="$HOSTNAME" ${CI:+CI="$CI"} \
      PATH=/opt/swift/usr/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
  ' bash "$@"
}

# require_debootstrap LOG: installs debootstrap where it is missing; false where that fails.
require_debootstrap() {
  command -v debootstrap >/dev/null && return
  { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    debootstrap; } >"$1" 2>&1
}
