# shellcheck shell=bash
# Hydra, the launcher of MPICH and its relatives: its report on a rank that a signal ended goes to standard
# output, and its exit code is then the bare number of the signal.

# filter_hydra REPORT: copies standard input to standard output, line by line, without Hydra's report, which
# goes to the file REPORT.
filter_hydra() {
  trap '' INT TERM HUP USR1
  sed --unbuffered -n -e '/^$/{N;/^\n=\{60,\}$/!{P;D}}' -e '/^\n\{0,1\}=\{60,\}$/{N;/BAD TERMINATION/{' \
    -e ':more' -e '/Please see the FAQ page/!{$!{N;b more' -e '}}' -e "w $1" -e 'd' -e '}}' -e p
}

# hydra_text TEXT: whether this line of standard error repeats what nntrain has said, or says what a rank that was
# ended leaves behind.
hydra_text() {
  case $1 in
    Abort\(*\)\ on\ node\ *:\ application\ called\ MPI_Abort\(*) ;;
    '[proxy:'*'] HYD_pmcd_pmip_control_cmd_cb '* | '[proxy:'*'] HYDT_dmxu_poll_wait_for_event '*) ;;
    '[proxy:'*'] main (proxy/pmip.c'* | '[mpiexec@'*) ;;
    *) return 1 ;;
  esac
}

# hydra_end REPORT CODE: the exit code of a job whose Hydra returned CODE and wrote REPORT; says which rank a
# signal ended.
hydra_end() {
  local report='' process='' host='' signal='' name=''
  [[ ! -s $1 ]] || report=$(<"$1")
  if [[ $report =~ PID\ ([0-9]+)\ RUNNING\ AT\ ([^[:space:]]+) ]]; then
    process=${BASH_REMATCH[1]} host=${BASH_REMATCH[2]}
  fi
  if [[ $report =~ EXIT\ STRING:\ ([^\(]+)\ \(signal\ ([0-9]+)\) ]]; then
    name=${BASH_REMATCH[1]} signal=${BASH_REMATCH[2]}
  elif (($2 >= 1 && $2 <= 31)); then
    signal=$2 name=$(kill -l "$2")
  fi
  [[ -n $signal ]] || return "$2"
  ((signal != 10)) || return $((128 + 10)) # a request to stop that came too early
  say "$(lost_rank "${process:+with process }${process:-unknown}" "${host:-one of the hosts}" "$signal" "$name")"
  return "$EXIT_RANK_LOST"
}
