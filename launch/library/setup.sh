# shellcheck shell=bash
# Brings a machine to the point where nntrain runs: packages, toolchain, build, installation.
# The script that sources this sets `root`, the repository.
: "${root:?}"

# The way nntrain is built for use: the Swift libraries are linked in, which starts faster and runs
# on nodes without a toolchain.
readonly RELEASE_BUILD=(--configuration release --product nntrain --static-swift-stdlib)
readonly SWIFT_WANTED=6.2

# require_packages [--all]: installs what is missing, or ends with the reason.
require_packages() { "$root/scripts/install-dependencies.sh" "$@" || exit; }

# require_swift: puts a Swift toolchain on the path, or says how to get one.
require_swift() {
  local folder version
  if ! command -v swift >/dev/null; then
    for folder in "$HOME/.local/share/swiftly/bin" /opt/swift/usr/bin /usr/share/swift/usr/bin; do
      [[ ! -x $folder/swift ]] || { PATH=$folder:$PATH && break; }
    done
  fi
  command -v swift >/dev/null ||
    fail "$EXIT_UNAVAILABLE" "no Swift toolchain on the path; install Swift $SWIFT_WANTED or newer from https://www.swift.org/install/linux and run again."
  version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9.]*\).*/\1/p')
  [[ $(printf '%s\n' "$SWIFT_WANTED" "${version:-0}" | sort -V | head -n 1) == "$SWIFT_WANTED" ]] ||
    fail "$EXIT_UNAVAILABLE" "Swift ${version:-of unknown version} is too old; nntrain needs $SWIFT_WANTED or newer, from https://www.swift.org/install/linux."
}

# built_is_fresh: whether the program is there and no source has changed since its build began.
built_is_fresh() {
  [[ -x $built && -e $built_since ]] || return 1
  local newer
  newer=$(find "$root/Package.swift" "$root/Sources" -newer "$built_since" -print -quit)
  [[ -z $newer ]]
}

# use_package: sets `installed`, the program of an unpacked package, which has nothing to build.
use_package() {
  installed=$root/bin/nntrain
  [[ -x $installed ]] || fail "$EXIT_UNAVAILABLE" "$installed is missing; unpack the whole package again."
  command -v mpirun >/dev/null ||
    fail "$EXIT_UNAVAILABLE" 'no mpirun on the PATH: install Open MPI 4.1 or 5; on Debian and Ubuntu: apt-get install openmpi-bin'
}

# build_release: builds nntrain where a source is newer than the program; sets `built`.
build_release() {
  local build=$root/.build
  [[ ${NNTRAIN_MPI:-} != mpich ]] || build+=/mpich
  built=$build/release/nntrain
  local built_since=$build/nntrain-release-since
  built_is_fresh && command -v mpirun >/dev/null && return
  require_packages
  require_swift
  say 'building nntrain in release (the first time takes some minutes)'
  mkdir -p "$build" && touch "$built_since.new"
  swift build --package-path "$root" --scratch-path "$build" "${RELEASE_BUILD[@]}" >&2 ||
    fail "$EXIT_INTERNAL" 'the build failed; the words of swift build are above.'
  mv "$built_since.new" "$built_since"
}

# install_release PREFIX: copies the program and its resources to PREFIX/bin; sets `installed`.
install_release() {
  local bin=$1/bin bundle
  installed=$bin/nntrain
  # A copy keeps the time of what it copies: same size and time mean the same build.
  [[ $(stat -c '%s %y' "$installed" 2>/dev/null) == $(stat -c '%s %y' "$built") ]] && return
  if ! mkdir -p "$bin" 2>/dev/null || [[ ! -w $bin ]]; then
    fail "$EXIT_CANNOT_WRITE" "cannot write to $bin; choose another place with --prefix DIR."
  fi
  for bundle in "${built%/*}"/*.resources; do
    [[ -d $bundle ]] || continue
    replace "$bundle" "$bin/${bundle##*/}"
  done
  replace "$built" "$installed"
  say "installed $installed"
  case :$PATH: in
    *:"$bin":*) ;;
    *) say "$bin is not on your PATH; to use nntrain by name: export PATH=\"$bin:\$PATH\"" ;;
  esac
}

# replace FROM TO: copies beside the goal, then renames, so that a running program keeps its file.
replace() {
  local fresh=$2.new.$$
  if ! { rm -rf "$fresh" && cp -Rp "$1" "$fresh" && { [[ ! -d $2 ]] || rm -rf "$2"; } &&
    mv -T "$fresh" "$2"; }; then
    rm -rf "$fresh"
    fail "$EXIT_CANNOT_WRITE" "cannot write $2; choose another place with --prefix DIR."
  fi
}
