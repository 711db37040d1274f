#!/usr/bin/env bash
# A corpus build as a Slurm job array: one shard a task, then one job that merges them when all have succeeded.
#   scripts/shards/slurm.sh SHARDS [sbatch options…] -- --corpus PLACE [what `cantus corpus build` and `merge` take]
# The checkout, set up (npm run setup), the corpus and CANTUS_DATA (default: data/ in the checkout) must be on a file
# system all nodes share. Prints the two job ids. After a task was lost: the same command again; what was converted stays.
set -euo pipefail

tool=sbatch
# shellcheck source=scripts/shards/arguments.sh
source "$(dirname "$0")/arguments.sh"
read_arguments "$@"
command -v sbatch >/dev/null || {
  echo "sbatch is not on PATH: Slurm is needed (Debian: apt-get install slurm-wlm), or use scripts/shards/parallel.sh" >&2
  exit 2
}
for option in ${options[@]+"${options[@]}"}; do
  [[ $option != -a* && $option != --array* ]] || {
    echo "$option: the array is 1-$shards, one task a shard; leave it out (tasks that did their shard take seconds)" >&2
    exit 2
  }
done
make_ready

# submit OPTIONS…: the id of the job. The person's options come last and win.
submit() {
  local id
  id=$(sbatch --parsable "$@" ${options[@]+"${options[@]}"} \
    "$root/scripts/shards/corpus.sbatch" "$root" "$CANTUS_DATA" "${corpus[@]}")
  echo "${id%%;*}"
}

array=$(submit --array="1-$shards" --output="$logs/%A_%a.log")
merge=$(submit --job-name=cantus-merge --output="$logs/%j-merge.log" \
  --dependency="afterok:$array" --kill-on-invalid-dep=yes) || {
  scancel "$array" # without its merge it is half a build
  exit 1
}
echo "array $array"
echo "merge $merge"
echo "logs in $logs" >&2
