#!/usr/bin/env bash
# Trains on the allocation of an LSF job, and comes back until the run has ended.
#
#   bsub -n 64 -R 'span[ptile=16]' -W 4:00 launch/lsf.sh configs/mnist-cnn.yaml --run runs/mnist
#
# One rank per slot. LSF starts the job again by itself where it ends with 75 (-Q), and sends the
# signal two minutes before its time limit (-wa, -wt). See docs/clusters.md.
#BSUB -J nntrain
#BSUB -o nntrain-%J.log
#BSUB -r
#BSUB -Q "75"
#BSUB -wa USR1
#BSUB -wt 2
set -uo pipefail
program=launch/lsf.sh
: "${LSB_JOBID:?not within an LSF job: submit with bsub}"
root=${NNTRAIN_HOME:-$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)}
source "$root/launch/library/batch.sh"
prepare_environment

read -ra slots <<<"${LSB_MCPU_HOSTS:?}" # host slots host slots …
ranks=0
for ((i = 1; i < ${#slots[@]}; i += 2)); do ((ranks += slots[i])); done
run_job "lsf-$LSB_JOBID" "$ranks" "${slots[1]}" '' "$@"
