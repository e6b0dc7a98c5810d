# shellcheck shell=bash
# Takes Open MPI's own text out of what a job writes to standard error.

# What Open MPI prints above and below each of its messages.
readonly MPI_RULE=--------------------------------------------------------------------------
# How the messages begin that ranks print in MPI_Init where another one has gone meanwhile.
readonly MPI_INIT_FAILS='It looks like MPI_INIT failed '
readonly MPI_SHARING_FAILS='A system call failed during shared memory initialization '

# filter_open_mpi: copies standard input to standard error without Open MPI's own text.
#
# Lines of the ranks pass at once, unchanged and in order; an unfinished line passes after a fifth of
# a second. A message of Open MPI is a rule, a known first line, and the text up to the next rule; it
# may begin within an unfinished line of a rank, which then goes on after it. The messages on the end
# of a job are dropped: nntrain has told the same better. All other text passes as it is.
#
# A rank ended by a signal is told in one sentence at the end, and the status is then
# EXIT_RANK_LOST; it is EXIT_UNAVAILABLE where Open MPI could not start the ranks. SIGUSR1 keeps the
# sentence back: the launcher itself ends the ranks. Where mpirun is still there 10 s after a rank has
# been reported lost or stuck, or mpirun has reported an abort with 76, the launcher is sent SIGALRM: mpirun waits
# for a host that will never answer.
#
# What Open MPI says where MPI_Init fails passes at the end, unless a rank was ended by a signal: the others
# then say that of its absence.
#
# The stack that Open MPI prints of a rank that crashed goes to the file that `stacks` names, or nowhere.
filter_open_mpi() {
  local LC_ALL=C IFS='' line status
  local pending=''      # the beginning of a line, held back
  local mid_line=false  # whether the beginning of the line has passed
  local shown=''        # that beginning
  local rule=false      # whether the last line was a rule, held back with what stood before it
  local before_rule='' message='' inside=false idle=0
  local quiet=false lost='' unstarted=false
  local startup='' # on a failing MPI_Init, held back
  local crashed='' # the beginnings of the lines of stacks that have not ended
  local aborted='' # when a rank was told lost or stuck
  local ending=false # whether the ranks have said their last words
  trap '' INT TERM HUP
  trap 'quiet=true' USR1
  while :; do
    read -r -t 0.2 line
    status=$?
    pending+=$line
    if [[ -n $aborted ]] && ((SECONDS - aborted > ${NNTRAIN_ABORT_PATIENCE:-10})); then
      aborted=''
      [[ -z $lost ]] || say "$lost" # this process is not waited for any more
      lost=''
      kill -ALRM $$ 2>/dev/null
    fi
    if ((status > 128)); then # nothing more for now: an unfinished line, or silence
      silence
      continue
    fi
    idle=0
    ((status == 0)) || break
    line=$pending pending=''
    whole_line "$line"
  done
  if $rule; then
    rule=false
    pass "$before_rule$MPI_RULE"
  fi
  [[ -z $pending ]] || mpirun_says "$pending" || printf '%s' "$pending" >&2
  [[ -n $lost ]] || printf '%s' "$startup" >&2
  if [[ -n $lost ]] && ! $quiet; then
    say "$lost"
    return "$EXIT_RANK_LOST"
  fi
  ! $unstarted || return "$EXIT_UNAVAILABLE"
}

# The functions below work on the variables of filter_open_mpi.

# crash_line TEXT: whether this line belongs to the stack of a rank that crashed, and keeps it.
crash_line() {
  local begin='^(\[[^] ]+:[0-9]+\] )\*\*\* (Process received signal|End of error message) \*\*\*$'
  if [[ $1 =~ $begin ]]; then
    crashed=${crashed//"${BASH_REMATCH[1]}"/}
    [[ ${BASH_REMATCH[2]} == End* ]] || crashed+=${BASH_REMATCH[1]}
  else
    [[ -n $crashed && $1 =~ ^(\[[^]\ ]+:[0-9]+\]\ ) && $crashed == *"${BASH_REMATCH[1]}"* ]] || return 1
  fi
  [[ -z ${stacks:-} ]] || printf '%s\n' "$1" >>"$stacks"
}

# pmix_line TEXT: whether Open MPI 5 notes that a rank is gone, which it may do within a message.
pmix_line() {
  local note='^\[[^] ]+:[0-9]+\] PMIX ERROR: PMIX_ERR_(UNREACH|LOST_CONNECTION) in file '
  [[ $1 =~ $note ]]
}

# pass TEXT: a line of the ranks.
pass() {
  heed "$shown$1"
  shown=''
  printf '%s\n' "$1" >&2
  mid_line=false
}

# heed TEXT: what a rank says, as far as it has come.
heed() {
  case $1 in
    *nntrain:*\ is\ lost\ or\ stuck:\ * | *nntrain:*\ is\ stuck:\ * | \
      *nntrain:*\ wait\ for\ one\ another\ and\ none\ goes\ on:\ * | \
      *nntrain:*MPI_*\ on\ communicator\ *\ failed:\ *)
      $ending || aborted=$SECONDS
      ending=true
      ;;
  esac
}

# whole_line TEXT: the rest of a line has come.
whole_line() {
  if ! $mid_line && { crash_line "$1" || pmix_line "$1"; }; then return; fi
  if $inside; then
    case $message in
      "$MPI_INIT_FAILS"* | "$MPI_SHARING_FAILS"*) startup+=$1$'\n' ;;
    esac
    if [[ $1 == "$MPI_RULE" ]]; then
      inside=false
      pending=$before_rule # a rank's line that goes on after the message
      message_ends "$message"
    else
      message+=" $1"
    fi
    return
  fi
  if $rule; then
    rule=false
    case $1 in
      'Primary job '* | 'mpirun noticed that '* | 'mpirun detected that '* | 'MPI_ABORT was invoked '* | \
        'ORTE has lost communication '* | 'prterun noticed that '* | 'prterun detected that '* | \
        'prterun has exited due to process rank '* | 'PRTE has lost communication '*)
        inside=true message=$1
        return
        ;;
      "$MPI_INIT_FAILS"* | "$MPI_SHARING_FAILS"*)
        inside=true message=$1 startup+=$MPI_RULE$'\n'$1$'\n'
        return
        ;;
      'mpirun was unable to '* | 'prterun was unable to '* | 'There are not enough slots '*) unstarted=true ;;
    esac
    pass "$before_rule$MPI_RULE"
  fi
  if [[ $1 == *"$MPI_RULE" ]]; then
    rule=true before_rule=${1%"$MPI_RULE"}
  elif $ending && [[ -z $1 || $1 =~ ^\[[^]\ ]+:[0-9]+\]\  ]]; then
    : # mpirun stumbles over the host that is gone
  elif [[ $startup == *"$MPI_INIT_FAILS"* && $1 == @('*** '*|*' Local abort before MPI_INIT completed '*) ]]; then
    startup+=$1$'\n'
  elif $mid_line; then
    pass "$1"
  else
    mpirun_says "$1" || hydra_text "$1" || pass "$1"
  fi
}

# mpirun_says TEXT: whether this line is mpirun's word on what it does, which nobody needs.
mpirun_says() {
  case $1 in
    \[*\]\ *\ more\ process*\ sent\ help\ message\ * | [1-9]*\ more\ process*\ sent\ help\ message\ help-*) ;;
    \[*\]\ Set\ MCA\ parameter\ *orte_base_help_aggregate*) ;;
    \[*\]\ plm:[rs]sh:\ Warning:\ setpgid*) ;; # on a busy machine: the child was faster
    # As it ends, mpirun may have forgotten its own name.
    'mpirun: Forwarding signal '* | '(null): Forwarding signal '* | 'mpirun: killing job'* | 'mpirun: abort is already '*) ;;
    *) return 1 ;;
  esac
}

# mpirun_begins TEXT: whether such a line may begin so.
mpirun_begins() {
  local begin
  for begin in 'mpirun: ' '(null): Forwarding ' '[mpiexec@' '[proxy:'; do
    [[ $1 != "$begin"* && $begin != "$1"* ]] || return 0
  done
  return 1
}

# silence: a fifth of a second has brought nothing, or no end of a line.
silence() {
  if $inside || [[ $MPI_RULE == "$pending"* && -n $pending ]]; then
    return # Open MPI writes a message at once; its rest is on the way
  fi
  if $rule; then
    ((++idle >= 5)) || return
    rule=false
    pass "$before_rule$MPI_RULE"
  fi
  [[ -n $pending ]] || return
  # Where this shell itself was stopped, the line is only read slowly.
  if ! $mid_line && mpirun_begins "$pending"; then return; fi
  [[ -z $crashed || $pending != \[* ]] || return
  printf '%s' "$pending" >&2
  shown+=$pending pending='' mid_line=true
  heed "$shown"
}

# message_ends TEXT: a message of Open MPI is complete, its lines joined by spaces.
message_ends() {
  local told='process rank ([0-9]+) with PID [0-9]+ on node ([^ ]+) exited on +signal ([0-9]+)( \(([^)]*)\))?'
  if [[ $1 =~ Remote\ daemon:.*on\ node\ ([^ ]+) ]]; then
    lost="the host ${BASH_REMATCH[1]} can no longer be reached and the ranks were stopped; processes may be left there."
    aborted=$SECONDS ending=true
    return
  fi
  if [[ $1 == 'MPI_ABORT was invoked '*" errorcode $EXIT_RANK_LOST"* ]]; then
    [[ -n $aborted ]] || aborted=$SECONDS
    ending=true
    return
  fi
  [[ $1 =~ $told ]] || return
  ((BASH_REMATCH[3] != 10)) || return # a request to stop that came too early; the launcher tells
  lost=$(lost_rank "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" "${BASH_REMATCH[3]}" "${BASH_REMATCH[5]}")
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
