#!/usr/bin/env bash
# Makes runs fail in every way that a machine fails, and resumes them until they end: signals to one rank,
# to all, and to mpirun, a full disk, a damaged newest checkpoint, the link of a host that goes down. After
# every fault it looks at the exit code, the messages, the time to the prompt and what is left running; at a
# run's end at its bits.
#
#   scripts/faults.sh [--jobs J] [--kinds "KIND ..."] [faults]        default: 1 job, all kinds, 60 faults
#   NNTRAIN=PROGRAM scripts/faults.sh ...                             without it: builds and installs nntrain
#
# Ends with a table by kind and the counts; exit 1 where one fault went wrong. NNTRAIN_FAULT_SEED repeats
# a choice. Full disks and links need root; others do without. Where somebody else stops a job meanwhile
# (SIGSTOP), the time of that does not count, nor does a fault that went otherwise for it.
# shellcheck source-path=SCRIPTDIR/..
set -uo pipefail
program=scripts/faults.sh
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
source "$root/launch/library/messages.sh"
source "$root/launch/tests/namespaces.sh"
set +e

# Each is one fault of a running job. The order is that in which they come, the common ones more often.
kinds='kill-one segv-one kill-all disk damage kill-mpirun stop-one segv-all kill-one pause-all segv-one
  damage kill-one kill-mpirun pause-mpirun segv-one kill-all kill-one disk segv-all link'
jobs=1
while (($# > 1)) && [[ $1 == --* ]]; do
  case $1 in
    --jobs) jobs=$2 ;;
    --kinds) kinds=$2 ;;
    *) fail "$EXIT_USAGE" "$1 is neither --jobs nor --kinds." ;;
  esac
  shift 2
done
count=${1:-60}
[[ $count =~ ^[1-9][0-9]*$ && $jobs =~ ^[1-9][0-9]?$ ]] ||
  fail "$EXIT_USAGE" "'$count' faults in '$jobs' jobs: both are whole numbers above 0."
read -rd '' -a order <<<"$kinds"
for kind in "${order[@]}"; do
  case $kind in
    kill-one | segv-one | stop-one | kill-all | segv-all | pause-all | kill-mpirun | pause-mpirun) ;;
    disk | damage | link) ;;
    *) fail "$EXIT_USAGE" "there is no fault $kind; --help is the head of this file." ;;
  esac
done

[[ -z ${NNTRAIN:-} || ${NNTRAIN##*/} == nntrain ]] ||
  fail "$EXIT_USAGE" "ranks are found by their program's name, which has to be nntrain: '$NNTRAIN'"

scratch=$(mktemp -d)
tag=nf$((BASHPID % 10000))x
# shellcheck disable=SC2317 # called by the trap
end_all() {
  local id
  for id in $(ours "$scratch"); do kill -KILL "$id" 2>/dev/null; done
  for ((id = 1; id <= jobs; ++id)); do hosts_down "$tag${id}x"; done
  wait 2>/dev/null
  [[ ! -d $scratch/disk-1 ]] || umount "$scratch"/disk-* 2>/dev/null
  rm -rf "$scratch"
}
trap end_all EXIT
if [[ -z ${NNTRAIN:-} ]]; then
  "$root/launch/local" --prefix "$scratch/prefix" --setup-only || exit
  NNTRAIN=$scratch/prefix/bin/nntrain
fi

# ours TEXT: the processes of nntrain and mpirun on whose command line it stands.
ours() {
  local id words
  for id in $(pgrep -x 'nntrain|mpirun|prterun'); do
    # A process that ends meanwhile, or is only a name still, has no words.
    { words=$(tr '\0' ' ' <"/proc/$id/cmdline"); } 2>/dev/null
    [[ $words != *"$1"* ]] || echo "$id"
  done
}
# of RUN NAME: those of one run, called nntrain or mpirun; the mpirun of Open MPI 5 becomes prterun.
of() {
  local id name
  for id in $(ours "--run $1 "); do
    name=$(<"/proc/$id/comm")
    [[ ${name/prterun/mpirun} != "$2" ]] || echo "$id"
  done 2>/dev/null
}
now() { echo $((${EPOCHREALTIME/./} / 1000)); } # milliseconds

# What starts the ranks, as launch/local does.
cat >"$scratch/launch" <<LAUNCH
program=launch/local root=$root
source "\$root/launch/library/messages.sh"
source "\$root/launch/library/filter.sh"
source "\$root/launch/library/ranks.sh"
source "\$root/launch/library/restart.sh"
if [[ -n \${NNTRAIN_FAULT_HOSTS:-} ]]; then
  options=(--hostfile "\$NNTRAIN_FAULT_HOSTS" --bind-to none) runner=run_placed
fi
run_accounted "\$@"
LAUNCH
training=(--quiet --epochs 40 --set 'checkpoints.every=30 steps' --set 'parallel.lockstep.every=100')
readonly WATCH=3            # seconds of the watchdog where ranks are stopped
readonly SECONDS_OF_A_RUN=6 # without faults, on two ranks

# begin RUN RANKS ARGUMENTS: starts it; sets `job`, `out` and `error`.
begin() {
  out=$1.out error=$1.error
  bash "$scratch/launch" "$2" "$NNTRAIN" --run "$1" --resume "${training[@]}" "${@:3}" >"$out" 2>"$error" &
  job=$!
}
# begin_on_hosts RUN RANKS ARGUMENTS: the same with each rank on a host of its own, this machine the first.
begin_on_hosts() {
  printf '%s slots=1\n' "$HOSTNAME" "${hosts[@]:1:$2-1}" >"$1.hosts"
  out=$1.out error=$1.error
  (
    hosts_environment "$place"
    export NNTRAIN_FAULT_HOSTS=$1.hosts
    exec ip netns exec "${hosts[0]}" bash "$scratch/launch" "$2" "$NNTRAIN" --run "$1" --resume \
      "${training[@]}" "${@:3}" >"$out" 2>"$error"
  ) &
  job=$!
}
newest() { find "$1/checkpoints" -name 'step-*.safetensors' -printf '%f\n' 2>/dev/null | sort -t- -k2n | tail -n 1; }
steps_of() { find "$1/checkpoints" -name 'step-*.safetensors' -printf '%f %i\n' 2>/dev/null | sort; }
# running: whether the job has not ended.
running() { kill -0 "$job" 2>/dev/null; }
# held: whether the job is stopped as a whole, by somebody else: this script never waits while it stops mpirun.
held() {
  local state=''
  [[ -n $mpirun ]] && { read -r state <"/proc/$mpirun/stat"; } 2>/dev/null && [[ ${state##*) } == [Tt]* ]]
}
# until_ TENTHS COMMAND: waits until it succeeds; false where the time passes before. The time in which the job
# is held does not count; `pause` adds it up.
until_() {
  local i limit=$1
  shift
  for ((i = 0; i < limit; ++i)); do
    "$@" && return
    sleep 0.1
    if ((pause < 36000)) && held; then ((++pause, --i)); fi
  done
  return 1
}
awake() { ! held; }
ended() { ! running; }
# strays: the processes of the run, and whatever runs on the other hosts.
strays() {
  local host
  ours "--run $run "
  for host in ${hosts[@]+"${hosts[@]}"}; do ip netns pids "$host"; done
}
gone() { [[ -z $(strays) ]]; }
ranks_gone() { [[ -z $(ours "--run $run ") ]]; }
all_there() { ! running || (($(of "$run" nntrain | wc -l) >= ranks)); }
moved() { ! running || [[ $(steps_of "$run") != "$stood" ]]; }

# strike KIND: does it; sets `wanted`, the exit code, and `limit`, the milliseconds to the prompt.
strike() {
  local -a victims
  local one signal=${1%%-*}
  mapfile -t victims < <(of "$run" nntrain)
  ((${#victims[@]} > 0)) || return 1
  one=${victims[RANDOM % ${#victims[@]}]}
  wanted=$EXIT_RANK_LOST limit=5000
  [[ $signal != pause ]] || signal=stop
  case $1 in
    stop-one) kill -STOP "$one" && limit=$(((2 * WATCH + 5) * 1000)) ;;
    kill-one | segv-one) kill -"${signal^^}" "$one" ;;
    kill-all | segv-all | damage)
      [[ $1 != damage ]] || signal='kill'
      kill -"${signal^^}" "${victims[@]}"
      ;;
    kill-mpirun)
      mapfile -t victims < <(of "$run" mpirun)
      kill -KILL "${victims[@]}"
      ;;
    pause-all | pause-mpirun) # beyond the time of the watchdog: nobody has failed
      [[ $1 == pause-all ]] || mapfile -t victims < <(of "$run" mpirun)
      kill -STOP "${victims[@]}"
      sleep $((WATCH + 2))
      kill -CONT "${victims[@]}"
      wanted=0 limit=60000
      ;;
    disk)
      wanted=$EXIT_CANNOT_WRITE limit=20000
      head -c 64M /dev/zero >"$place/filler" 2>/dev/null
      ;;
    link) # the watchdog's time, its roll call, and the launcher's patience with mpirun
      limit=$(((2 * WATCH + 25) * 1000)) cut=${hosts[0]%-a}$((RANDOM % ranks))
      ip link set "$cut" down
      ;;
  esac 2>/dev/null
  struck=$(now)
}

# worker NUMBER FAULTS: runs that fail so often.
worker() {
  local number=$1 faults=$2 done=0 runs=0 run ranks kind job out error place stood code took wrong wanted limit struck
  local lines hurt i cut patience mpirun='' pause=0
  local -a hosts=()
  local -a left
  RANDOM=$((seed + number))
  place=$scratch/disk-$number
  mkdir "$place" && cd "$place" || return
  { ((EUID == 0)) && mount -t tmpfs -o size=24m tmpfs "$place" 2>/dev/null && cd "$place"; } || kinds=${kinds//disk/}
  if [[ $kinds == *link* ]]; then
    { ((EUID == 0)) && hosts_up "$tag${number}x" "$place"; } >"$scratch/hosts-$number.log" 2>&1 ||
      kinds=${kinds//link/} hosts=()
  fi
  local -a mine
  read -rd '' -a mine <<<"$kinds"
  ((${#mine[@]} > 0)) || fail 1 "these faults need root, and namespaces or a file system of their own."
  i=$((number * 7)) # every worker begins with another kind
  ((jobs > 1)) || i=0
  while ((done < faults)); do
    ((++runs))
    run=$place/run-$number-$runs hurt=''
    local here=0 kinds_here=''
    while ((done < faults)); do
      kind=${mine[i % ${#mine[@]}]}
      ranks=$((2 + RANDOM % 3))
      stood=$(steps_of "$run")
      local -a options=()
      case $kind in stop-one | pause-* | link) options=(--set "parallel.watchdog=$WATCH") ;; esac
      if [[ $kind == link ]]; then
        ranks=$((2 + ranks % 2))
        begin_on_hosts "$run" "$ranks" "${options[@]}"
      else
        begin "$run" "$ranks" ${options[@]+"${options[@]}"}
      fi
      mpirun='' pause=0
      until_ 300 all_there
      read -r mpirun < <(of "$run" mpirun)
      # A rank that is stopped before the first step is not yet watched, and a new run has nothing to damage.
      case $kind in stop-one | pause-* | damage | disk | link) until_ 300 moved ;; esac
      sleep "0.$((RANDOM % 10))"
      until_ 600 awake
      pause=0
      if ! running || ! strike "$kind"; then
        wait "$job"
        code=$?
        [[ $code == 0 ]] || echo "$kind 0 a run ended with $code before its fault: $(head -n 3 "$error")" >>"$scratch/records"
        break # it has come to its end: another run
      fi
      wrong=''
      until_ $((limit / 100 + 300)) ended || {
        wrong=' hung;'
        for id in $(ours "--run $run "); do kill -KILL "$id"; done
      }
      took=$(($(now) - struck - pause * 100))
      wait "$job"
      code=$?
      if [[ $kind == link ]]; then
        # Ranks end on the far side of it too. What had started them waits for its link.
        until_ 150 ranks_gone || wrong+=' ranks left behind the link;'
        ip link set "$cut" up
        patience=300
      else
        patience=30
      fi
      until_ "$patience" gone
      mapfile -t left < <(strays)
      lines=$(grep -cv ': what every rank did last is in ' "$error")
      [[ $code == "$wanted" ]] || wrong+=" exit code $code for $wanted;"
      ((lines == (wanted != 0))) || wrong+=" $lines messages: $(head -c 400 "$error" | tr '\n' '|');"
      ((took <= limit)) || wrong+=" $took ms;"
      ((${#left[@]} == 0)) || wrong+=" ${#left[@]} processes left;"
      rm -f "$place/filler"
      # A run that has ended reads no checkpoint again.
      if [[ $kind == damage && -z $(digest "$run") ]]; then
        file=$run/checkpoints/$(newest "$run")
        if (($(find "$run/checkpoints" -name 'step-*.safetensors' | wc -l) > 1)) && [[ $hurt != *"$file"* ]]; then
          if ((RANDOM % 2)); then
            truncate -s "$(($(stat -c %s "$file") * (RANDOM % 100) / 100))" "$file"
          else
            printf '\xa5\x5a\xa5' | dd of="$file" bs=1 seek=$(($(stat -c %s "$file") / 2)) conv=notrunc status=none
          fi
          hurt+=" $file"
        fi
      fi
      # It had come to its end before the fault reached anything.
      if ((code == 0 && wanted != 0)) && [[ -n $(digest "$run") ]]; then break; fi
      kinds_here+=" $kind"
      ((++here))
      if ((pause > 0)) && [[ -n $wrong ]]; then
        echo "held 0" >>"$scratch/records"
        ((code != 0)) || break
        continue
      fi
      echo "$kind $took${wrong:+ on $ranks ranks:$wrong}" >>"$scratch/records"
      ((++done, ++i))
      ((wanted != 0 && here < 12)) || break
    done
    ((here > 0)) || [[ -n $(digest "$run") ]] || continue
    # Beside other jobs the long way to the end is for few ranks; three and four have had their part of it.
    ranks=$((1 + RANDOM % (jobs > 1 ? 2 : 4)))
    begin "$run" "$ranks"
    wait "$job"
    code=$?
    if [[ $code != 0 || $(digest "$run") != "$whole" ]]; then
      echo "end 0 after$kinds_here: exit code $code, digest $(digest "$run"): $(head -c 400 "$error" | tr '\n' '|')"
    else
      echo "end 0"
    fi >>"$scratch/records"
    for file in $hurt; do
      [[ -e $file.damaged ]] || echo "damage 0 $file was not noticed" >>"$scratch/records"
    done
    rm -rf "$run"
  done
}

digest() { sed -nE 's/.*"parameter_digest" *: *"([^"]*)".*/\1/p' "$1/summary.json" 2>/dev/null; }

seed=${NNTRAIN_FAULT_SEED:-$((RANDOM % 10000))}
echo "seed $seed"
# The runs take some seconds on any machine: a fault has to strike before the end.
began=$(now)
begin "$scratch/probe" 2
wait "$job" || fail 1 "the run without faults failed: $(<"$error")"
epochs=$((40 * SECONDS_OF_A_RUN * 1000 / ($(now) - began)))
training[2]=$((epochs > 40 ? epochs : 40))
begin "$scratch/whole" 2
wait "$job" || fail 1 "the run without faults failed: $(<"$error")"
whole=$(digest "$scratch/whole")
workers=()
for ((w = 1; w <= jobs; ++w)); do
  share=$((count / jobs + (w <= count % jobs)))
  ((share > 0)) || continue
  worker "$w" "$share" &
  workers+=($!)
done
wait "${workers[@]}"

awk '
  $1 == "end" { ++runs; if (NF > 2) { ++bad; print "wrong: " $0 } else ++equal; next }
  $1 == "held" { ++held; next }
  { if (!($1 in n)) names[++k] = $1; ++n[$1]; sum[$1] += $2; if ($2 > most[$1]) most[$1] = $2 }
  NF > 2 { ++bad; ++w[$1]; print "wrong: " $0 }
  { ++all }
  END {
    print "| fault | times | wrong | s to the prompt, mean | most |\n|---|--:|--:|--:|--:|"
    for (i = 1; i <= k; ++i) {
      x = names[i]
      printf "| %s | %d | %d | %.1f | %.1f |\n", x, n[x], w[x], sum[x] / n[x] / 1000, most[x] / 1000
    }
    if (held) printf "%d more while somebody stopped the whole job meanwhile, not counted\n", held
    printf "%d faults; %d of %d runs ended with the bits of the run without faults\n", all, equal, runs
    printf "%d passed, %d failed\n", all + runs - bad, bad
    exit bad > 0 || all == 0
  }' "$scratch/records"
