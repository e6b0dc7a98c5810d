# shellcheck shell=bash
# Starts a run again after it has ended too early, as long as that makes sense.
# The script that sources this sources messages.sh and ranks.sh as well.

# run_folder ARGUMENTS: the run directory that these nntrain arguments name, nothing without one.
run_folder() {
  local folder='' previous=''
  for word; do
    case $previous=$word in
      --run=*) folder=$word ;;
      *=--run=*) folder=${word#*=} ;;
    esac
    previous=$word
  done
  printf '%s' "$folder"
}

# newest_step RUN: the number of updates at the newest checkpoint, 0 without one.
newest_step() {
  local file step newest=0
  for file in "$1"/checkpoints/step-*.safetensors; do
    step=${file##*/step-}
    step=${step%.safetensors}
    if [[ $step =~ ^[0-9]{1,18}$ ]] && ((10#$step > newest)); then newest=$((10#$step)); fi
  done
  echo "$newest"
}

# account PROGRAM STARTED ARGUMENTS: writes what every rank did last to crash.txt in the run directory of
# a start that has lost a rank, with the stacks of those that crashed, and says so; without --run in the
# newest one since the time STARTED.
account() {
  local folder
  folder=$(run_folder "${@:3}")
  [[ -n $folder ]] ||
    folder=$(find runs -mindepth 2 -maxdepth 2 -name flight -newermt "@$2" -printf '%T@ %h\n' 2>/dev/null |
      sort -n | tail -n 1 | cut -d ' ' -f 2-)
  [[ -n $folder && -d $folder/flight ]] || return 0
  "$1" report-crash "$folder" >"$folder/crash.txt.part" 2>/dev/null </dev/null &&
    { [[ ! -s ${stacks:-} ]] || { echo && cat "$stacks"; } >>"$folder/crash.txt.part" 2>/dev/null; } &&
    mv "$folder/crash.txt.part" "$folder/crash.txt" &&
    say "what every rank did last is in $folder/crash.txt." ||
    rm -f "$folder/crash.txt.part"
}

# run_accounted RANKS PROGRAM ARGUMENTS: run_ranks, or what `runner` names, and the account where a rank was
# lost.
run_accounted() {
  local began=$EPOCHSECONDS code stacks
  stacks=$(mktemp 2>/dev/null) || stacks='' # a full disk costs the stacks alone
  "${runner:-run_ranks}" "$@"
  code=$?
  ((code != EXIT_RANK_LOST)) || account "$2" "$began" "${@:3}"
  [[ -z $stacks ]] || rm -f "$stacks"
  return "$code"
}

# after_end CODE PROGRESS FAILURES LIMIT: what to do when a start has ended with CODE: `done`, `again`
# (the run was stopped, or has come further), `retry` (it has not), or the reason not to.
#
# PROGRESS is 1 where a checkpoint is newer than the start; FAILURES counts the starts in a row that
# brought none.
after_end() {
  case $1 in
    0) echo 'done' ;;
    "$EXIT_STOPPED") echo again ;;
    "$EXIT_RANK_LOST")
      if (($2)); then
        echo again
      elif (($3 < $4)); then
        echo retry
      else
        echo "no new checkpoint in $(($4 + 1)) starts in a row"
      fi
      ;;
    64 | 65 | 66 | 73 | 78 | 79) echo "exit code $1 would come again" ;;
    *) echo "exit code $1 is no interruption" ;;
  esac
}

# pause_before FAILURES: the seconds to wait: the longer, the more often nothing came of it.
pause_before() {
  local seconds=$((10#${NNTRAIN_RESTART_PAUSE:-2})) i
  for ((i = 1; i < $1 && seconds < 300; ++i)); do ((seconds *= 2)); done
  echo $((seconds < 300 ? seconds : 300))
}

# run_again LIMIT RANKS PROGRAM ARGUMENTS: run_ranks, again and again with --resume until the run has
# ended, somebody stops the launcher, or going on makes no sense; the exit code of the last start.
#
# `runner` names another function than run_ranks, and with `stop_ends` a run that stopped by itself is
# left to the batch system.
run_again() {
  local limit=$1 ranks=$2 executable=$3 failures=0 starts=0 folder before code progress next pause
  shift 3
  folder=$(run_folder "$@")
  [[ -n $folder ]] ||
    fail "$EXIT_USAGE" '--restart needs --run DIR, so that it is clear which run goes on.'
  [[ ${NNTRAIN_RESTART_PAUSE:-2} =~ ^[0-9]{1,6}$ ]] ||
    fail "$EXIT_USAGE" "NNTRAIN_RESTART_PAUSE is '$NNTRAIN_RESTART_PAUSE'; write a whole number of seconds, or unset it."
  [[ " $* " == *' --resume '* ]] || set -- "$@" --resume
  while :; do
    before=$(newest_step "$folder")
    run_accounted "$ranks" "$executable" "$@"
    code=$?
    ! $was_signalled || return "$code"
    if ((code == EXIT_STOPPED)) && ${stop_ends:-false}; then return "$code"; fi
    progress=$(($(newest_step "$folder") > before))
    next=$(after_end "$code" "$progress" "$failures" "$limit")
    case $next in
      'done') return 0 ;;
      again) failures=0 ;;
      retry) ((++failures)) ;;
      *)
        say "not started again: $next."
        return "$code"
        ;;
    esac
    ((++starts))
    pause=$(pause_before "$failures")
    say "start $((starts + 1)) in $pause s, after exit code $code at step $(newest_step "$folder")$(
      ((failures == 0)) || echo " without a new checkpoint ($failures of $limit)"
    )."
    wait_or_stop "$pause" || {
      say 'stopped before the next start; the run can be resumed.'
      return "$EXIT_STOPPED"
    }
  done
}

# wait_or_stop SECONDS: false where a signal came meanwhile.
wait_or_stop() {
  local stopped=false sleeper
  sleep "$1" &
  sleeper=$!
  trap 'stopped=true; kill "$sleeper" 2>/dev/null' INT TERM HUP USR1
  wait "$sleeper" 2>/dev/null
  trap - INT TERM HUP USR1
  ! $stopped
}
