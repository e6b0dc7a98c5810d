#!/usr/bin/env bash
# Installs the Debian packages that nntrain builds on and runs with, where any is missing.
#
#   scripts/install-dependencies.sh           says what it installs; needs root or sudo only then
#   scripts/install-dependencies.sh --check   only tells what is missing
#   scripts/install-dependencies.sh --all     with what only pictures, and so the tests, need: gnuplot
#
# Exit codes: 0 all is there, 69 something is missing and cannot be installed here.
set -euo pipefail
program=install-dependencies
say() { printf '%s: %s\n' "$program" "$1" >&2; }

# onednn_header: the file that tells the version of oneDNN.
onednn_header() {
  local folder
  for folder in ${CPATH//:/ } /usr/local/include /usr/include; do
    [[ -r $folder/dnnl_types.h && -r $folder/oneapi/dnnl/dnnl_version.h ]] || continue
    echo "$folder/oneapi/dnnl/dnnl_version.h"
    return
  done
  return 1
}

# missing_packages: the Debian packages whose content is not there, however it might have come.
missing_packages() {
  local config=false
  if command -v pkg-config >/dev/null; then config=true; else echo pkg-config; fi
  has() { $config && pkg-config --exists "$1"; }
  command -v git >/dev/null || echo git
  command -v mpirun >/dev/null || echo openmpi-bin
  has ompi-c || echo libopenmpi-dev
  onednn_header >/dev/null || echo libdnnl-dev
  has zlib || echo zlib1g-dev
  has libcrypto || echo libssl-dev
  [[ $mode != --all ]] || command -v gnuplot >/dev/null || echo gnuplot-nox
}

# check_onednn: nntrain speaks to oneDNN 2, whose interface version 3 has given up.
check_onednn() {
  local header major
  header=$(onednn_header)
  major=$(sed -n 's/^#define DNNL_VERSION_MAJOR[[:space:]]*//p' "$header")
  [[ $major == 2 ]] && return
  say "oneDNN $major is installed ($header), but nntrain needs version 2 (Debian 12 has 2.6.3); install that and put its include folder first in CPATH."
  exit 69
}

CPATH=${CPATH:-}
mode=${1:-}
mapfile -t missing < <(missing_packages)
if ((${#missing[@]} == 0)); then
  check_onednn
  exit 0
fi
list="${missing[*]}"
if [[ $mode == --check ]]; then
  say "missing: $list"
  exit 69
fi
system=$(. /etc/os-release 2>/dev/null && echo "${PRETTY_NAME:-}") || system=''
if ! command -v apt-get >/dev/null; then
  say "missing: $list (Debian's names); this system${system:+, $system,} has no apt-get, so please install their like and run again."
  exit 69
fi
if ((EUID == 0)); then
  as_root=()
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
  as_root=(sudo -n)
else
  say "missing: $list; installing them needs root, so please run: sudo apt-get install $list"
  exit 69
fi
say "installing with apt-get: $list"
# What apt says goes to standard error: standard output is for what follows.
export DEBIAN_FRONTEND=noninteractive
install() { "${as_root[@]}" apt-get install -y --no-install-recommends "$@" >&2; }
if ! { "${as_root[@]}" apt-get update -q >&2 && install "${missing[@]}"; }; then
  say "apt-get could not install $list; its own words are above."
  exit 69
fi
mapfile -t missing < <(missing_packages)
if ((${#missing[@]} > 0)); then
  say "still missing after installation: ${missing[*]}"
  exit 69
fi
check_onednn
