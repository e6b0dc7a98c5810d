# shellcheck shell=bash
# Starts ranks under mpirun, stops them gracefully, and turns the end of the job into one exit code.
# The script that sources this sets `root`, the repository.
: "${root:?}"
source "$root/launch/library/mpi.sh"
source "$root/launch/library/hydra.sh"

# physical_cores: the cores that this process may use; Open MPI counts its slots so.
physical_cores() {
  local allowed physical
  allowed=$(nproc)
  physical=$(lscpu -p=CORE,SOCKET 2>/dev/null | grep -v '^#' | sort -u | wc -l)
  if ((physical > 0 && physical < allowed)); then
    echo "$physical"
  else
    echo "$allowed"
  fi
}

# memory_of_others_barred: whether a rank may not read the memory of another rank of the same user.
# Open MPI would then flood the output, unless told to copy through shared memory.
memory_of_others_barred() {
  grep -q '^Seccomp:[[:space:]]*2' /proc/self/status && return 0
  local sibling barred=false
  sleep 10 &
  sibling=$!
  (exec 3<"/proc/$sibling/mem") 2>/dev/null || barred=true # a sibling, as ranks are
  kill "$sibling"
  wait "$sibling" 2>/dev/null
  $barred
}

# threads_in ARGUMENTS: the threads per rank that these nntrain arguments ask for, 1 if none.
threads_in() {
  local threads=1 previous=''
  for word; do
    case $previous=$word in
      --threads=[1-9]*) threads=${word} ;;
      --set=parallel.threads=[1-9]*) threads=${word#*=} ;;
      *=--threads=[1-9]*) threads=${word#*=} ;;
    esac
    previous=$word
  done
  [[ $threads =~ ^[0-9]{1,4}$ ]] && echo "$threads" || echo 1
}

# job_environment: sets what MPI and nntrain must know about this machine and this terminal.
job_environment() {
  mpi_environment
  # Where a toolchain is at hand, Swift's handler of crashes reads symbols for up to half a minute, once a rank.
  export SWIFT_BACKTRACE=${SWIFT_BACKTRACE-enable=no}
  # A rank's own output is always a pipe or pseudo-terminal of mpirun: only this process can tell.
  export NNTRAIN_TERMINAL=0
  local size screen
  if [[ -t 1 && $mpi_family != mpich ]]; then # Hydra's output is read by whole lines
    NNTRAIN_TERMINAL=1
    exec {screen}<&1 # within the parentheses below, 1 is a pipe
    if size=$(stty size <&"$screen" 2>/dev/null) && [[ ${size#* } =~ ^[1-9][0-9]*$ ]]; then
      export COLUMNS=${size#* }
    fi
    exec {screen}<&-
  fi
}

# run_ranks RANKS PROGRAM ARGUMENTS: runs them under mpirun and returns the job's exit code.
#
# The first INT, TERM, HUP or USR1 asks the ranks to stop after their step (SIGUSR1, which mpirun hands
# on); the second one ends them at once. `was_signalled` tells afterwards whether one came.
run_ranks() {
  local ranks=$1 threads cores
  local -a options
  threads=$(threads_in "${@:3}")
  cores=$(physical_cores)
  placement "$ranks" "$threads" "$cores"
  local is_watched=true # all ranks are on this host
  run_placed "$@"
}

# require_resources: what mpirun needs to start, without which it crashes or hangs: open files and room for
# temporary files.
require_resources() {
  local files folder=${OMPI_MCA_orte_tmpdir_base:-${TMPDIR:-${TEMP:-${TMP:-/tmp}}}} free
  files=$(ulimit -S -n)
  if [[ $files != unlimited ]] && ((files < 256)); then
    ulimit -S -n "$(ulimit -H -n)" 2>/dev/null
    files=$(ulimit -S -n)
    [[ $files == unlimited ]] || ((files >= 64)) ||
      fail "$EXIT_BAD_CONFIGURATION" "a process may open only $files files, but mpirun needs 64 to start; raise the limit: ulimit -n 1024."
  fi
  [[ -e $folder ]] || return 0 # mpirun makes it
  [[ -d $folder && -w $folder && -x $folder ]] ||
    fail "$EXIT_CANNOT_WRITE" "$folder, the folder of mpirun's temporary files, may not be written; name another one by TMPDIR."
  free=$(df -Pk -- "$folder" 2>/dev/null | awk 'NR == 2 { print $4 }')
  [[ ! $free =~ ^[0-9]+$ ]] || ((free >= 5120)) ||
    fail "$EXIT_CANNOT_WRITE" "$folder, the folder of mpirun's temporary files, has only $free KB left of the 5120 that it needs; free some space there, or name another folder by TMPDIR."
}

# run_placed RANKS PROGRAM ARGUMENTS: the same, where mpirun's `options` have been chosen.
run_placed() {
  local ranks=$1 executable=$2
  shift 2
  local -a ward=()
  require_resources
  identify_mpi
  job_environment
  [[ -e /proc/$$/fd/0 ]] || exec </dev/null # standard input may be closed
  local input=/dev/stdin
  [[ ! -t 0 ]] || input=/dev/null # a job apart from the terminal must not read from it
  # Should this shell be killed, mpirun ends its ranks and itself.
  command -v setpriv >/dev/null && ward=(setpriv --pdeathsig TERM)

  local filter mpirun watcher='' pipe code stops=0 interrupted left='' overdue=false
  was_signalled=false
  exec {pipe}> >(filter_open_mpi)
  filter=$!
  local output report='' reader=''
  if [[ $mpi_family == mpich ]]; then
    report=$(mktemp)
    exec {output}> >(filter_hydra "$report")
    reader=$!
  else
    exec {output}>&1
  fi
  # A session of its own: Ctrl-C at the terminal reaches this shell alone.
  setsid "${ward[@]}" "$mpi_launcher" -n "$ranks" "${mpi_output[@]}" "${options[@]}" "$executable" "$@" \
    <"$input" >&"$output" 2>&"$pipe" {pipe}>&- {output}>&- &
  mpirun=$!
  exec {pipe}>&- {output}>&-
  if ${is_watched:-false}; then
    watch_over "$mpirun" &
    watcher=$!
  fi
  trap 'interrupted=true; signalled INT' INT
  trap 'interrupted=true; signalled TERM' TERM
  trap 'interrupted=true; signalled HUP' HUP
  trap 'interrupted=true; signalled USR1' USR1
  trap 'interrupted=true; give_up_host' ALRM
  while :; do
    interrupted=false
    wait "$mpirun" 2>/dev/null # no word of the shell on how it ended
    code=$?
    $interrupted || break
  done
  wait "$filter" # its last words come before the prompt
  local told=$?
  if [[ -n $reader ]]; then
    wait "$reader"
    if [[ -z $left ]] && ((code != 0)); then
      hydra_end "$report" "$code"
      code=$?
      ((code != EXIT_RANK_LOST)) || told=$EXIT_RANK_LOST
    fi
    rm -f "$report"
  fi
  local deserted=0
  if [[ -n $watcher ]]; then
    kill "$watcher" 2>/dev/null
    wait "$watcher" 2>/dev/null
    deserted=$?
  fi
  trap - INT TERM HUP USR1 ALRM
  [[ -z $left ]] || return "$left"
  if ((deserted == EXIT_RANK_LOST)); then
    ((told == EXIT_RANK_LOST)) || say 'all ranks have ended, which mpirun did not notice: it was ended.'
    return "$EXIT_RANK_LOST"
  fi
  ! $overdue || return "$EXIT_RANK_LOST" # which host or rank is lost has been told
  job_exit_code "$code" "$stops" "$told"
}

# watch_over PID: ends this mpirun and returns EXIT_RANK_LOST where all its ranks ended a minute ago, but it
# does not. It may have to wait for a reader of its output.
watch_over() {
  local LC_ALL=C idle task child state writing had=false alone=0
  local -a all
  trap '' INT HUP USR1 # meant for the ranks
  exec {idle}<> <(:)   # nothing ever comes
  while { state=$(<"/proc/$1/stat"); } 2>/dev/null; do
    case ${state##*) } in
      Z*) return 0 ;;      # it has ended, and the launcher looks elsewhere
      [Tt]*) alone=0 ;;
    esac
    for task in /proc/"$1"/task/*; do
      all=() writing=''
      { read -ra all <"$task/children" || true; } 2>/dev/null # without an end of line
      { writing=$(<"$task/wchan"); } 2>/dev/null || true
      [[ $writing != *write* ]] || alone=0
      for child in ${all[@]+"${all[@]}"}; do
        { state=$(<"/proc/$child/stat"); } 2>/dev/null || continue
        [[ ${state##*) } == Z* ]] || { had=true alone=0; }
      done
    done
    if $had && ((++alone > ${NNTRAIN_DESERTED_PATIENCE:-60})); then
      trap '' TERM
      kill -KILL "$1" 2>/dev/null && return "$EXIT_RANK_LOST"
    fi
    read -r -t 1 -u "$idle"
  done
  return 0
}

# give_up_host: mpirun waits for a host that will never answer.
give_up_host() {
  overdue=true
  { # without the shell's word on an mpirun that crashes
    end_ranks "$mpirun"
    sleep 0.5
    kill -KILL "$filter" # what mpirun called on that host may hold the pipe open
  } 2>/dev/null
}

# signalled NAME: the first signal asks, the second one ends.
signalled() {
  was_signalled=true
  ((++stops))
  if ((stops == 1)); then
    kill -USR1 "$mpirun" 2>/dev/null
    return
  fi
  trap '' INT TERM HUP USR1
  kill -USR1 "$filter" 2>/dev/null
  end_ranks "$mpirun"
  say "left at once on the second signal; what was saved last can be used."
  left=$((128 + $(kill -l "$1")))
}

# end_ranks PID: ends this mpirun and its ranks now.
end_ranks() {
  local child signal
  local -a all
  mapfile -t all < <(children_of "$1")
  for child in "${all[@]}"; do
    # Hydra's children start the ranks.
    [[ $mpi_family != mpich ]] || mapfile -t -O "${#all[@]}" all < <(children_of "$child")
  done
  ((${#all[@]} == 0)) || kill -KILL "${all[@]}" 2>/dev/null
  # mpirun notices and ends by itself; a signal in the midst of that may crash it. Ranks on other
  # hosts are its own to end.
  for signal in TERM KILL none; do
    for _ in {1..20}; do
      kill -0 "$1" 2>/dev/null || return 0
      sleep 0.1
    done
    [[ $signal == none ]] || kill -"$signal" "$1" 2>/dev/null
  done
}

# children_of PID: the processes that it started.
children_of() {
  local stat text
  local -a field
  for stat in /proc/[0-9]*/stat; do
    { text=$(<"$stat"); } 2>/dev/null || continue # it may have ended
    read -ra field <<<"${text##*) }" # the name in parentheses may hold anything
    [[ ${field[1]:-} != "$1" ]] || echo "${text%% *}"
  done
}

# job_exit_code CODE STOPS TOLD: mpirun's code as nntrain documents it; says what nobody has said.
job_exit_code() {
  if (($1 == 128 + 10 && $2 > 0)); then # SIGUSR1 itself ended a rank
    say 'stopped by the signal before the ranks could listen to it; nothing more was saved.'
    return "$EXIT_STOPPED"
  fi
  (($3 != EXIT_RANK_LOST)) || return "$EXIT_RANK_LOST"
  (($1 > 128)) || return "$1"
  (($3 != EXIT_UNAVAILABLE)) || return "$EXIT_UNAVAILABLE" # Open MPI could not start the ranks
  say "a rank was ended by signal $(($1 - 128)) ($(kill -l $(($1 - 128)))) and the others were stopped."
  return "$EXIT_RANK_LOST"
}
