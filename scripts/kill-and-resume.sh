#!/usr/bin/env bash
# Kills a run again and again, one rank or all, in steps, evaluations and checkpoints, resumes it each
# time on another number of ranks, and compares it with one that ran through: bit by bit.
#
#   scripts/kill-and-resume.sh [--no-build] [kills]        default: 50
#
# Prints every kill; exit 1 where a bit differs. NNTRAIN_KILL_SEED repeats a choice of kills.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

build=yes
if [ "${1:-}" = --no-build ]; then
  build=no
  shift
fi
kills=${1:-50}
[[ $kills =~ ^[1-9][0-9]*$ ]] || {
  echo "kill-and-resume.sh: '$kills' is no number of kills" >&2
  exit 64
}
[ "$build" = no ] || swift build --build-tests
NNTRAIN_KILLS=$kills swift test --skip-build --filter KillTests
