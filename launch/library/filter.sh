# shellcheck shell=bash
# Takes Open MPI's own text out of what a job writes to standard error.

# What Open MPI prints above and below each of its messages.
readonly MPI_RULE=--------------------------------------------------------------------------

# filter_open_mpi: copies standard input to standard error without Open MPI's own text.
#
# Lines of the ranks pass at once, unchanged and in order; the unfinished line of a rank passes after
# a fifth of a second. Messages of Open MPI are dropped where nntrain has told the same better;
# unknown ones pass without their rules, since they may be the only word on what is wrong (the status
# is then EXIT_UNAVAILABLE). A rank ended by a signal is told in one sentence at the end, and the
# status is then EXIT_RANK_LOST.
# SIGUSR1 keeps that sentence back: the launcher itself ends the ranks.
filter_open_mpi() {
  local LC_ALL=C IFS='' line status mid_line=false inside=false quiet=false foreign=false lost='' idle=0
  local -a banner=()
  trap '' INT TERM HUP
  trap 'quiet=true' USR1
  while :; do
    read -r -t 0.2 line
    status=$?
    if ((status > 128)); then # nothing more for now: an unfinished line, or silence
      if $inside; then
        banner_part+=$line
        ((++idle < 15)) || banner_give_up
      else
        pending+=$line
        [[ -n $pending && $MPI_RULE != "$pending"* && $pending != \[* ]] || continue
        printf '%s' "$pending" >&2
        pending='' mid_line=true
      fi
      continue
    fi
    idle=0
    ((status == 0)) || break
    if $inside; then
      banner_line "$banner_part$line"
      banner_part=''
    elif $mid_line; then
      printf '%s\n' "$line" >&2
      mid_line=false
    else
      plain_line "$pending$line"
      pending=''
    fi
  done
  if $inside; then
    banner_give_up
  fi
  [[ -z $pending$line ]] || printf '%s' "$pending$line" >&2
  if [[ -n $lost ]] && ! $quiet; then
    say "$lost"
    return "$EXIT_RANK_LOST"
  fi
  ! $foreign || return "$EXIT_UNAVAILABLE"
}

# The variables below belong to filter_open_mpi, which runs in a process of its own.
pending='' banner_part=''

# plain_line TEXT: a whole line outside Open MPI's messages.
plain_line() {
  case $1 in
    "$MPI_RULE") inside=true banner=() ;;
    \[*\]\ *\ more\ process*\ sent\ help\ message\ *) ;;
    \[*\]\ Set\ MCA\ parameter\ *orte_base_help_aggregate*) ;;
    'mpirun: '*) ;;
    *' total process'*' killed (some possibly by mpirun during cleanup)') ;;
    *' total process'*' failed to start') ;;
    *) printf '%s\n' "$1" >&2 ;;
  esac
}

# banner_line TEXT: a line of a message of Open MPI; the rule ends it.
banner_line() {
  if [[ $1 != "$MPI_RULE" ]]; then
    banner+=("$1")
    ((${#banner[@]} < 80)) || banner_give_up
    return
  fi
  inside=false
  local IFS=' '
  local text="${banner[*]}"
  local told='process rank ([0-9]+) with PID [0-9]+ on node ([^ ]+) exited on +signal ([0-9]+)( \(([^)]*)\))?'
  if [[ $text =~ $told ]]; then
    ((BASH_REMATCH[3] != 10)) || return # a request to stop that came too early; the launcher tells
    lost=$(lost_rank "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" "${BASH_REMATCH[3]}" "${BASH_REMATCH[5]}")
    return
  fi
  case $text in
    *'Primary job '*'terminated normally'*) ;;
    *'processes exited with non-zero status'*) ;;
    *'MPI_ABORT was invoked on rank'*) ;;
    *)
      foreign=true
      local part
      for part in "${banner[@]}"; do
        [[ -z $part ]] || printf 'Open MPI: %s\n' "$part" >&2
      done
      ;;
  esac
}

# banner_give_up: what began like a message of Open MPI was none; it passes as it came.
banner_give_up() {
  printf '%s\n' "$MPI_RULE" "${banner[@]}" >&2
  printf '%s' "$banner_part" >&2
  [[ -z $banner_part ]] || mid_line=true
  inside=false idle=0 banner=() banner_part=''
}

# lost_rank RANK HOST SIGNAL NAME: the sentence on a rank that a signal ended.
lost_rank() {
  local hint=''
  case $3 in
    4 | 5) hint='; a failed internal check, or a processor older than the build (NNTRAIN_MARCH chooses another)' ;;
    7) hint='; a data file that shrank while it was read, or a full /dev/shm' ;;
    9) hint='; if nobody sent that signal, memory ran out (dmesg tells)' ;;
  esac
  printf 'rank %s on %s was ended by signal %s (%s) and the others were stopped%s.' \
    "$1" "$2" "$3" "${4:-unnamed}" "$hint"
}
