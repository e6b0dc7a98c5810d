# Checks of the launcher with stand-ins for nntrain; sourced by test-launcher, which sets here and scratch.
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with test-launcher

# expect WHAT FOUND WANTED: one check.
expect() {
  if [[ $2 == "$3" ]]; then
    ((++passed))
  else
    ((++failed))
    printf 'failed: %s\n  found:  %q\n  wanted: %q\n' "$1" "$2" "$3"
  fi
}

# job RANKS WORDS: runs stand-ins; sets code, out and error.
job() {
  local ranks=$1
  shift
  "$here/run-ranks" "$ranks" "$here/stand-in" "$@" >"$scratch/out" 2>"$scratch/error" </dev/null
  code=$? out=$(<"$scratch/out") error=$(<"$scratch/error")
}

# start RANKS WORDS: the same in the background; sets launcher.
start() {
  local ranks=$1
  shift
  "$here/run-ranks" "$ranks" "$here/stand-in" "$@" >"$scratch/out" 2>"$scratch/error" </dev/null &
  launcher=$!
  local tries
  for tries in {1..100}; do # until the ranks are there
    (($(left_over) == ranks)) && break
    sleep 0.05
  done
  sleep 0.2
  : "$tries"
}

# left_over: how many stand-ins run.
left_over() {
  local file count=0
  local -a words
  for file in /proc/[0-9]*/cmdline; do
    { mapfile -d '' -t words <"$file"; } 2>/dev/null || continue
    [[ ${words[1]:-} != "$here/stand-in" ]] || ((++count))
  done
  echo "$count"
}

# finish: waits for the launcher at most 8 s; sets code and error.
finish() {
  local tries
  for tries in {1..80}; do
    kill -0 "$launcher" 2>/dev/null || break
    sleep 0.1
  done
  ((tries < 80)) || kill -KILL "$launcher"
  wait "$launcher" 2>/dev/null
  code=$? error=$(<"$scratch/error")
}
