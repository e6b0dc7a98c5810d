#!/usr/bin/env bash
# Searches with libFuzzer and AddressSanitizer for files that break a reader, and keeps what it learns.
#
#   scripts/fuzz.sh [--jobs J] [--seconds N] [reader …]      default: one after the other, 300 s for each
#   scripts/fuzz.sh --jobs J --total N                       all readers, N seconds together
#
# Begins with Tests/Corpus and what earlier runs have found in .build-fuzz/found. A file that breaks a
# reader (a trap, a bad access, memory out of proportion, more than 10 s) is left in .build-fuzz/broken and
# named, with the end of the fuzzer's words, and the exit code is 1: mend the reader, and add the file to
# Tests/Corpus. The next run tries what is left there first, and what then breaks nothing is removed. Ends
# with the counts of readers.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

seconds=300 total='' jobs=1
while [[ ${1:-} == --* ]]; do
  case $1 in
    --seconds) seconds=${2:-} ;;
    --total) total=${2:-} ;;
    --jobs) jobs=${2:-} ;;
    *) echo "fuzz.sh: $1 is none of --seconds, --total and --jobs" >&2 && exit 64 ;;
  esac
  shift 2 || shift
done
readers=("$@")
if ((${#readers[@]} == 0)); then
  for folder in Tests/Corpus/*/; do readers+=("$(basename "$folder")"); done
fi
for number in "$seconds" "$jobs" "${total:-${#readers[@]}}"; do
  [[ $number =~ ^[1-9][0-9]{0,6}$ ]] || {
    echo "fuzz.sh: '$number' is no number of seconds or jobs" >&2
    exit 64
  }
done
[[ -z $total ]] || seconds=$(((total + ${#readers[@]} - 1) / ${#readers[@]}))
for reader in "${readers[@]}"; do
  [[ -d Tests/Corpus/$reader ]] || {
    echo "fuzz.sh: no reader '$reader'; there are: $(cd Tests/Corpus && echo *)" >&2
    exit 64
  }
done

build=.build-fuzz
NNTRAIN_FUZZ=build swift build --scratch-path "$build" --product HostileFiles --sanitize address \
  -Xswiftc -sanitize=fuzzer || exit 70
read -ra mpi < <(pkg-config --libs ompi-c)
swiftc -sanitize=fuzzer,address -o "$build/fuzz" -Xlinker --whole-archive "$build/debug/libHostileFiles.a" \
  -Xlinker --no-whole-archive "${mpi[@]}" -ldnnl -lz -lcrypto 2>"$build/link.log" || {
  cat "$build/link.log" >&2
  exit 70
}

# A trap would otherwise wait for a debugger's stack; Swift's metadata are never freed.
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0

# try READER: fuzzes it, and tells in a line of the table; false where it breaks.
try() {
  local reader=$1 status=0 began=$SECONDS fuzzer
  local found=$build/found/$reader broken=$build/broken/$reader log=$build/$reader.log
  mkdir -p "$found" "$broken"
  local -a earlier
  mapfile -t earlier < <(find "$broken" -type f)
  # An input of 32 KB may unpack to 33 MB; what reads it whole stops at 16 MB, four bytes a number.
  NNTRAIN_FUZZ=$reader "$build/fuzz" -max_total_time="$seconds" -max_len=32768 -timeout=10 \
    -malloc_limit_mb=128 -rss_limit_mb=2048 -artifact_prefix="$broken/" -print_final_stats=1 -verbosity=1 \
    "$found" "Tests/Corpus/$reader" "$broken" >"$log" 2>&1 &
  fuzzer=$!
  if wait "$fuzzer"; then
    ((${#earlier[@]} == 0)) || rm -f "${earlier[@]}"
  else
    status=1
  fi
  rm -f "/dev/shm/nntrain-fuzz-$fuzzer"
  stat() { sed -nE "s/^stat::$1: *([0-9]+)/\1/p" "$log"; }
  printf '%-12s %12s %10s %8s %8s  %s\n' "$reader" "$(stat number_of_executed_units)" $((SECONDS - began)) \
    "$(find "$found" -type f | wc -l)" "$(stat peak_rss_mb)" "$(cd "$broken" && echo *)" |
    sed 's/ \*$/ none/'
  ((status == 0)) || tail -n 30 "$log"
  return "$status"
}

printf '%-12s %12s %10s %8s %8s  %s\n' reader inputs seconds corpus MB 'broken by'
failed=0 running=0
for reader in "${readers[@]}"; do
  if ((running == jobs)); then
    wait -n || ((++failed))
    ((--running))
  fi
  try "$reader" &
  ((++running))
done
for (( ; running > 0; --running)); do wait -n || ((++failed)); done
printf '%d passed, %d failed\n' $((${#readers[@]} - failed)) "$failed"
((failed == 0))
