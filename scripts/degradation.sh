#!/usr/bin/env bash
# The degradation experiment of He et al. (2015): plain and residual networks of 20 and 56 layers on CIFAR-10,
# with the same settings, side by side; and one hundred dense layers on digits.
#
#   scripts/degradation.sh [--ranks N] [--epochs E] [--program PATH] DIR [KEY=VALUE...]
#
# DIR gets a comparison for each, with comparison.svg, comparison.csv and comparison.json; a command that was
# cut goes on there. KEY=VALUE changes the settings of the CIFAR networks. Needs cifar-10/ below NNTRAIN_DATA.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

ranks=1 epochs=40 program=nntrain
usage() {
  sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
  exit 64
}
while [[ ${1:-} == --* ]]; do
  [ $# -ge 2 ] || usage
  case $1 in
    --ranks) ranks=$2 ;;
    --epochs) epochs=$2 ;;
    --program) program=$2 ;;
    *) usage ;;
  esac
  shift 2
done
if [[ $# -eq 0 || ! $ranks$epochs =~ ^[0-9]+$ ]]; then usage; fi
folder=$1
shift
set -- "${@/#/--set=}"

run=("$program")
[ "$ranks" = 1 ] || run=(mpirun -n "$ranks" "$program")
mkdir -p "$folder"

# Under a launcher the ranks are divided among the variants.
"${run[@]}" compare configs/digits-residual.yaml --run "$folder/digits" --resume \
  --vary model.2.layers.0.shortcut=projection,none --test
"${run[@]}" compare configs/cifar-resnet20.yaml --run "$folder/cifar" --resume \
  --vary model.stages.depth=20,56 --vary model.stages.shortcut=padded,none \
  --set training.epochs="$epochs" "$@" --test
