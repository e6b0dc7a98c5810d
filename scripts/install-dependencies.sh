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

# onednn_header: the header with the version of oneDNN.
onednn_header() {
  local folder
  for folder in ${NNTRAIN_ONEDNN:+"$NNTRAIN_ONEDNN/include"} ${CPATH//:/ } /usr/local/include /usr/include; do
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
  if [[ ${NNTRAIN_MPI:-} == mpich ]]; then
    command -v mpirun.mpich >/dev/null || command -v mpiexec.hydra >/dev/null || echo mpich
    has mpich || echo libmpich-dev
  else
    command -v mpirun >/dev/null || echo openmpi-bin
    has ompi-c || echo libopenmpi-dev
  fi
  onednn_header >/dev/null || echo libdnnl-dev
  has zlib || echo zlib1g-dev
  has libcrypto || echo libssl-dev
  [[ $mode != --all ]] || command -v gnuplot >/dev/null || echo gnuplot-nox
}

# onednn_number HEADER NAME: the number that HEADER defines as DNNL_VERSION_NAME.
onednn_number() { sed -n "s/^#define DNNL_VERSION_$2[[:space:]]*//p" "$1"; }

# check_onednn: nntrain builds with oneDNN 2.6, 2.7, and 3.1 and newer.
check_onednn() {
  local header major minor
  header=$(onednn_header)
  major=$(onednn_number "$header" MAJOR) minor=$(onednn_number "$header" MINOR)
  case $major.$minor in
    2.6 | 2.7 | 3.[1-9] | 3.[1-9][0-9]) return ;;
  esac
  say "oneDNN $major.$minor is installed ($header), but nntrain needs 2.6, 2.7, or 3.1 or newer (Debian 12 has 2.6.3, Debian 13 has 3.7.2); install one of these and set NNTRAIN_ONEDNN to the folder that holds its include and lib."
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
