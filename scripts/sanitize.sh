#!/usr/bin/env bash
# Runs tests with AddressSanitizer (accesses of memory that is not theirs) or ThreadSanitizer (data that two
# threads touch at once): those within one process, then some that train with the sanitized nntrain under mpirun.
#
#   scripts/sanitize.sh address|thread [--filter REGEX]       --filter: these tests instead
#
# Builds in .build-address or .build-thread, some minutes the first time. What is found is printed where it
# happens, and the exit code is 1. oneDNN, OpenMP and Open MPI are not instrumented: nothing is found in them,
# and ThreadSanitizer takes no notice of what they do.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit
kind=${1:-}
[[ $kind == address || $kind == thread ]] || {
  echo "sanitize.sh: '$kind' is neither address nor thread" >&2
  exit 64
}
filter=()
if [[ ${2:-} == --filter ]]; then filter=(--filter "${3:?a regular expression}"); fi

build=.build-$kind
swift build --build-tests --sanitize "$kind" --scratch-path "$build" || exit 70
# Swift's metadata are never given back, so leaks say nothing. A test asks for more than any memory, and wants
# to be refused.
export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1
# A rank that ends because it is stuck waits for none of its threads.
export TSAN_OPTIONS=report_thread_leaks=0:ignore_noninstrumented_modules=1:suppressions=$PWD/scripts/sanitize-thread.txt
export SWIFT_BACKTRACE=enable=no

log=$build/sanitize.log
: >"$log"
status=0
# tests ARGUMENTS: runs some tests of the bundle.
tests() {
  "$build/debug/nntrainPackageTests.xctest" --testing-library swift-testing "$@" 2>&1 | tee -a "$log"
  ((PIPESTATUS[0] == 0)) || status=1
}
if ((${#filter[@]} > 0)); then
  tests "${filter[@]}"
else
  # Suites across ranks want mpirun, and those end to end are run for their results elsewhere.
  tests --skip AcrossRanks --skip EndToEnd
  # Threads that read ahead, write checkpoints and wait for signals; files that are resumed from.
  tests --filter 'EndToEnd/(ResumeTests|AugmentationRunTests|PredictTests|ReplayTests|StartTests)'
fi
found=$(grep -cE '(ERROR: AddressSanitizer|WARNING: ThreadSanitizer)' "$log")
((found == 0)) || status=1
printf '%s: %d found; %s\n' "$kind" "$found" \
  "$(grep -oE 'Test run with [0-9]+ tests? in [0-9]+ suites? (passed|failed)' "$log" | paste -sd ';' | sed 's/;/; /g')"
exit "$status"
