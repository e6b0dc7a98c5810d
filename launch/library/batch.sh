# shellcheck shell=bash
# What the scripts for batch systems have in common. The script that sources this sets `program`, its
# own name, and `root`, the repository.
: "${root:?}"
source "$root/launch/library/messages.sh"
source "$root/launch/library/filter.sh"
source "$root/launch/library/ranks.sh"
source "$root/launch/library/restart.sh"

# prepare_environment: sources the file that NNTRAIN_SETUP names: modules to load, variables to set.
prepare_environment() {
  [[ -n ${NNTRAIN_SETUP:-} ]] || return 0
  [[ -f $NNTRAIN_SETUP && -r $NNTRAIN_SETUP ]] ||
    fail "$EXIT_NO_INPUT" "NNTRAIN_SETUP names $NNTRAIN_SETUP, which is no file that can be read."
  set +u # module systems read variables that are not set
  # shellcheck disable=SC1090
  source "$NNTRAIN_SETUP" || fail "$EXIT_UNAVAILABLE" "$NNTRAIN_SETUP ended with $?; its messages are above."
  set -u
}

# slurm_threads_per_core NODE: how many of Slurm's CPUs are one physical core, from what `scontrol show node`
# says; 1 where it does not say, or Slurm counts cores.
slurm_threads_per_core() {
  local cpus=0 sockets=0 cores=0
  [[ ! $1 =~ CPUTot=([0-9]+) ]] || cpus=${BASH_REMATCH[1]}
  [[ ! $1 =~ Sockets=([0-9]+) ]] || sockets=${BASH_REMATCH[1]}
  [[ ! $1 =~ CoresPerSocket=([0-9]+) ]] || cores=${BASH_REMATCH[1]}
  cores=$((sockets * cores))
  if ((cores > 0 && cpus > cores && cpus % cores == 0)); then
    echo $((cpus / cores))
  else
    echo 1
  fi
}

# threads_option THREADS ARGUMENTS: sets `threads_words`, how these nntrain arguments are told the number of
# threads: nothing where they say it themselves. `compare` knows it as a setting only.
threads_option() {
  threads_words=()
  [[ " ${*:2} " != *' --threads'* && " ${*:2} " != *parallel.threads=* ]] || return 0
  if [[ ${2:-} == compare ]]; then
    threads_words=(--set "parallel.threads=$1")
  else
    threads_words=(--threads "$1")
  fi
}

# find_nntrain: sets `executable`: what NNTRAIN names, the installed program, or the built one.
find_nntrain() {
  local candidate
  local packaged=''
  [[ ! -e $root/PACKAGE ]] || packaged=$root/bin/nntrain
  for candidate in "${NNTRAIN:-}" "$packaged" "$(command -v nntrain)" "${HOME:-/root}/.local/bin/nntrain" \
    "$root/.build/release/nntrain"; do
    [[ -n $candidate && -x $candidate ]] || continue
    executable=$candidate
    return
  done
  fail "$EXIT_UNAVAILABLE" 'no nntrain: install it with launch/local --setup-only, or let NNTRAIN name it.'
}

# time_limit SECONDS: the setting that stops a run a margin before its job must end.
time_limit() {
  local seconds=$(($1 - ${NNTRAIN_MARGIN:-120}))
  ((seconds >= 1)) || seconds=1
  printf 'training.time_limit=%d.%03d minutes' $((seconds / 60)) $((seconds % 60 * 1000 / 60))
}

# run_job NAME RANKS RANKS_PER_HOST LEFT ARGUMENTS: trains in this allocation until the run ends, is asked
# to stop, or its time is up; returns the exit code.
#
# NAME names the run directory where the arguments do not; LEFT is the seconds that the job may still
# run, or nothing. A rank that is lost is started again in the same allocation: as long as there are
# new checkpoints, and NNTRAIN_RESTARTS times (3) in a row where there are none.
run_job() {
  local name=$1 ranks=$2 per_host=$3 left=$4 executable='' threads
  shift 4
  find_nntrain
  check_mpi "$executable"
  [[ -n $(run_folder "$@") ]] || set -- "$@" --run "runs/$name"
  if [[ -n $left && " $* " != *training.time_limit=* ]]; then
    set -- "$@" --set "$(time_limit "$left")"
  fi
  local -a options
  threads=$(threads_in "$@")
  placement "$per_host" "$threads" "$(physical_cores)"
  # shellcheck disable=SC2034 # run_again reads both
  local runner=run_placed stop_ends=true
  run_again "${NNTRAIN_RESTARTS:-3}" "$ranks" "$executable" "$@"
}
