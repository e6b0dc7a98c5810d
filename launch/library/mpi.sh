# shellcheck shell=bash disable=SC2034
# Identifies the MPI that starts the ranks, and chooses its options and environment variables. The script
# that sources this reads the variables that the functions set.

# find_launcher: the command that starts ranks. Debian adds the family where several are installed.
find_launcher() {
  local command
  if [[ ${NNTRAIN_MPI:-} == mpich ]]; then
    for command in mpirun.mpich mpiexec.hydra; do
      ! command -v "$command" >/dev/null || { echo "$command" && return; }
    done
  fi
  echo mpirun
}

# identify_mpi: sets `mpi_launcher`, the command that starts ranks, `mpi_family` (open-mpi, mpich with its
# relatives, or unknown), `mpi_version`, `mpi_major`, and `mpi_output`, the options that pass output on
# unchanged.
identify_mpi() {
  [[ -z ${mpi_family:-} ]] || return 0
  local text
  mpi_launcher=$(find_launcher) mpi_family=unknown mpi_version='' mpi_major=0 mpi_output=()
  text=$(timeout 10 "$mpi_launcher" --version 2>/dev/null </dev/null)
  if [[ $text =~ \(Open\ (MPI|RTE)\)\ (([0-9]+)\.[0-9.]*[0-9]) ]]; then
    mpi_family=open-mpi mpi_version=${BASH_REMATCH[2]} mpi_major=${BASH_REMATCH[3]}
    # Open MPI 5 holds a line back until it is complete, and the progress bar with it.
    ((mpi_major < 5)) || mpi_output=(--output :raw)
  elif [[ $text == *HYDRA* || $text == *'Intel(R) MPI'* ]]; then
    mpi_family=mpich
    [[ ! $text =~ ersion:?[[:space:]]+(([0-9]+)\.[0-9.]*[0-9]) ]] || mpi_version=${BASH_REMATCH[1]}
  fi
}

# check_mpi PROGRAM: ends with EXIT_UNAVAILABLE where the program does not start, or mpirun and the library
# that it loads do not belong together.
check_mpi() {
  local text family='' major='' library
  identify_mpi
  text=$("$1" --version 2>&1 </dev/null) || {
    text=${text##*$'\n'}
    [[ $text == nntrain:\ * ]] || text="$1 does not start: ${text#*: }"
    fail "$EXIT_UNAVAILABLE" "${text#nntrain: }"
  }
  library=$(sed -n 's/^MPI .* (built with), \(.*\) (running with)$/\1/p' <<<"$text")
  case $library in
    'Open MPI v'*) family=open-mpi major=${library#Open MPI v} && major=${major%%.*} ;;
    MPICH* | *Intel*MPI* | *CRAY*) family=mpich ;;
    *) return 0 ;;
  esac
  [[ $mpi_family != unknown ]] || return 0
  if [[ $family != "$mpi_family" || (-n $major && $major != "$mpi_major") ]]; then
    local name='Open MPI'
    [[ $mpi_family == open-mpi ]] || name=MPICH
    fail "$EXIT_UNAVAILABLE" "$mpi_launcher belongs to $name $mpi_version, but $1 runs with $library; put the mpirun \
of that library first on the PATH$([[ $family != mpich ]] || echo ', or set NNTRAIN_MPI=mpich')."
  fi
}

# placement RANKS THREADS CORES: sets `options`, mpirun's options on where ranks run.
placement() {
  identify_mpi
  options=()
  if [[ $mpi_family == mpich ]]; then
    if (($1 * $2 > $3)); then
      options+=(-bind-to none)
    else
      options+=(-bind-to "core:$2")
    fi
    return
  fi
  if (($1 > $3)); then
    export OMPI_MCA_mpi_yield_when_idle=1
    if ((mpi_major >= 5)); then
      options+=(--map-by :OVERSUBSCRIBE)
    else
      options+=(--oversubscribe)
    fi
  fi
  if (($1 * $2 > $3)); then
    options+=(--bind-to none)
  else
    options+=(--map-by "slot:PE=$2" --bind-to core)
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

# default_setting NAME VALUE: exports an environment variable that the user has not set.
default_setting() { [[ -n ${!1+set} ]] || export "$1=$2"; }

# mpi_environment: sets what the MPI library and its launcher must know about this machine; a library ignores
# the variables of others. Variables of Open MPI 4 begin with OMPI_MCA; those of the launcher of Open MPI 5 with PRTE_MCA.
mpi_environment() {
  local launcher=OMPI_MCA
  ((mpi_major < 5)) || launcher=PRTE_MCA
  if ((EUID == 0)); then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
  fi
  if memory_of_others_barred; then
    default_setting OMPI_MCA_btl_vader_single_copy_mechanism none
    default_setting OMPI_MCA_smsc '^cma' # the same for Open MPI 5
  fi
  # Ranks of one host do not need TCP, for which Open MPI 5 writes a line per pair of ranks where the host's
  # interfaces do not reach one another.
  if ${is_watched:-false} && ((mpi_major >= 5)); then default_setting OMPI_MCA_btl '^tcp'; fi
  # A host that falls silent is noticed after 20 + 4 × 5 s, not after some minutes.
  default_setting "${launcher}_oob_tcp_keepalive_time" 20
  default_setting "${launcher}_oob_tcp_keepalive_intvl" 5
  default_setting "${launcher}_oob_tcp_keepalive_probes" 4
  # A rank that crashes ends at once: Open MPI's handler prints a stack, and may wait for ever for a lock
  # that the crash left locked. OMPI_MCA_opal_signal=6,7,8,11 has the stack in crash.txt nevertheless.
  default_setting OMPI_MCA_opal_signal ''
  default_setting UCX_HANDLE_ERRORS none # UCX, which Open MPI loads where it is installed, has one too
}
