#!/usr/bin/env bash
# A corpus build as a Slurm job array: one shard a task, then one job that merges them when all have succeeded.
#   scripts/shards/slurm.sh SHARDS [sbatch options…] -- --corpus PLACE [what else `cantus corpus build` takes]
# The checkout, set up (npm run setup), and CANTUS_DATA (default: data/ in it) must be on a file system all nodes share.
# Prints the two job ids. A task that is lost may be sent again: sbatch --array=I … converts only what is missing.
set -euo pipefail

usage() {
  echo "usage: ${0##*/} SHARDS [sbatch options…] -- --corpus PLACE … (given: $*)" >&2
  exit 2
}

shards=${1:-}
[[ $shards =~ ^[1-9][0-9]{0,4}$ ]] || usage "$@"
given=("$@")
shift
options=()
while [[ $# -gt 0 && $1 != -- ]]; do
  options+=("$1")
  shift
done
[[ ${1:-} == -- && $# -gt 1 ]] || usage "${given[@]}"
shift
command -v sbatch >/dev/null || {
  echo "sbatch is not on PATH: Slurm is needed (Debian: apt-get install slurm-wlm), or use scripts/shards/parallel.sh" >&2
  exit 2
}

root=$(cd "$(dirname "$0")/../.." && pwd)
logs=${CANTUS_DATA:-$root/data}/slurm
mkdir -p "$logs"
here=$(printf '%q ' "$root/scripts/shards/cantus.sh")
corpus=$(printf '%q ' "$@")

array=$(sbatch --parsable --job-name=cantus-shards --array="1-$shards" --requeue --output="$logs/%A_%a.log" \
  ${options[@]+"${options[@]}"} --wrap="$here build --shard \"\$SLURM_ARRAY_TASK_ID/$shards\" $corpus")
merge=$(sbatch --parsable --job-name=cantus-merge --dependency="afterok:${array%%;*}" --kill-on-invalid-dep=yes \
  --output="$logs/%j.log" ${options[@]+"${options[@]}"} --wrap="$here merge $corpus")
echo "array ${array%%;*}"
echo "merge ${merge%%;*}"
