#!/usr/bin/env bash
# Runs the multi-process tests (suites named "...AcrossRanks") under mpirun.
#
#   scripts/test-mpi.sh [--no-build] [--filter REGEX] [ranks...]        default: 1 2 3 4
#
# Each number of ranks is one run of the package's test bundle; a hang ends after
# NNTRAIN_TEST_TIMEOUT seconds (default 300). Quiet when all is well; shows a failed run's output.
set -euo pipefail
cd "$(dirname "$0")/.."

build=yes
filter=AcrossRanks
ranks=()
while [ $# -gt 0 ]; do
  case "$1" in
    --no-build) build=no ;;
    --filter)
      [ $# -ge 2 ] || { echo "test-mpi.sh: --filter needs a regular expression" >&2; exit 64; }
      filter=$2
      shift
      ;;
    [1-9] | [1-9][0-9]) ranks+=("$1") ;;
    *)
      echo "test-mpi.sh: '$1' is neither --no-build, --filter nor a number of ranks" >&2
      exit 64
      ;;
  esac
  shift
done
[ ${#ranks[@]} -gt 0 ] || ranks=(1 2 3 4)

# NNTRAIN_MPI=mpich builds and runs with MPICH, apart from what is built for Open MPI.
folder=.build
[ "${NNTRAIN_MPI:-}" != mpich ] || folder=.build/mpich
[ "$build" = no ] || swift build --build-tests --scratch-path "$folder"
bundle="$(swift build --show-bin-path --scratch-path "$folder")/nntrainPackageTests.xctest"
[ -x "$bundle" ] || { echo "test-mpi.sh: $bundle is absent; run without --no-build" >&2; exit 66; }

# Root and containers: mpirun refuses root, and the kernel may refuse copies between processes.
if [ "$(id -u)" = 0 ]; then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
export OMPI_MCA_btl_vader_single_copy_mechanism=none OMPI_MCA_smsc=^cma
# More ranks than cores: a waiting rank gives its core away.
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_mpi_yield_when_idle=1

timeout=${NNTRAIN_TEST_TIMEOUT:-300}
launch=(mpirun --oversubscribe --bind-to none --timeout "$timeout" -x NNTRAIN_TEST_RANKS)
if [ "${NNTRAIN_MPI:-}" = mpich ]; then
  export MPIEXEC_TIMEOUT=$timeout
  launch=("$(command -v mpirun.mpich || command -v mpiexec.hydra || echo mpirun)" -bind-to none)
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for n in "${ranks[@]}"; do
  code=0
  # Parallel tests would come in another order on each rank.
  NNTRAIN_TEST_RANKS=$n "${launch[@]}" -n "$n" "$bundle" --testing-library swift-testing --no-parallel \
    --filter "$filter" >"$log" 2>&1 || code=$?
  passed=$(grep -cE 'Test run with [1-9][0-9]* tests? .*passed' "$log" || true)
  if [ "$code" != 0 ] || [ "$passed" != "$n" ]; then
    cat "$log"
    echo "test-mpi.sh: $n ranks: FAILED ($passed of $n ranks passed, mpirun returned $code)" >&2
    exit 1
  fi
  tests=$(grep -oE 'Test run with [0-9]+ tests?' "$log" | head -n 1 | grep -oE '[0-9]+')
  echo "$n ranks: $tests tests passed on every rank"
done
