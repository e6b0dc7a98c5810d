#!/usr/bin/env bash
# Trains on the allocation of a PBS job, and comes back until the run has ended.
#
#   qsub -l select=4:ncpus=16:mpiprocs=16 -l walltime=4:00:00 \
#     -v ARGUMENTS='configs/mnist-cnn.yaml --run runs/mnist' launch/pbs.sh
#
# One rank per mpiprocs. Two minutes before the wall time the run writes a checkpoint and ends with 75;
# the job then goes back to the queue (qrerun). See docs/clusters.md.
#PBS -N nntrain
#PBS -j oe
#PBS -r y
set -uo pipefail
program=launch/pbs.sh
cd "${PBS_O_WORKDIR:?not within a PBS job: submit with qsub}" || exit
root=${NNTRAIN_HOME:-$PBS_O_WORKDIR}
source "$root/launch/library/batch.sh"
prepare_environment

read -ra arguments <<<"${ARGUMENTS:-}"
ranks=$(wc -l <"${PBS_NODEFILE:?}")
hosts=$(sort -u "$PBS_NODEFILE" | wc -l)
left=$(qstat -f "$PBS_JOBID" 2>/dev/null | sed -n 's/^ *Resource_List.walltime = //p' |
  awk -F: '{ print ($1 * 60 + $2) * 60 + $3 }')
run_job "pbs-${PBS_JOBID%%.*}" "$ranks" $(((ranks + hosts - 1) / hosts)) "$left" \
  ${arguments+"${arguments[@]}"}
code=$?
if ((code == EXIT_STOPPED)); then
  say 'back to the queue; the next start goes on from the last checkpoint.'
  qrerun "$PBS_JOBID" || say 'PBS refuses to run the job again; submit it again with the same --run.'
fi
exit "$code"
