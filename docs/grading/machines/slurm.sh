#!/bin/sh
#SBATCH --array=1-4
#SBATCH --cpus-per-task=8
#SBATCH --time=00:30:00
# sbatch slurm.sh exercise.yaml submissions/*.yaml: four machines with eight processors each. Then: join.sh exercise.yaml grades submissions/*.yaml
exercise=$1
shift
exec sh "${SLURM_SUBMIT_DIR:-.}/part.sh" "$exercise" "${SLURM_ARRAY_TASK_ID:-1}" "${SLURM_ARRAY_TASK_COUNT:-1}" grades "$@"
