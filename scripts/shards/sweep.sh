#!/usr/bin/env bash
# The trials of a sweep as a Slurm job array, one training a task.
#   scripts/shards/sweep.sh CONFIG [sbatch options…]
# The checkout, set up (npm run setup), the corpus and CANTUS_DATA (default: data/ in the checkout) must be on a file system
# all nodes share. Prints the job's id. Then `cantus sweep CONFIG --table`; after a task was lost: the same command again,
# what is trained already takes seconds. scripts/shards/proveSweep.sh shows it on one machine.
set -euo pipefail

# shellcheck source=scripts/shards/arguments.sh
source "$(dirname "$0")/arguments.sh"
[[ $# -gt 0 && -f $1 ]] || {
  echo "usage: ${0##*/} CONFIG [sbatch options…] (given: $*)" >&2
  exit 2
}
command -v sbatch >/dev/null || {
  echo "sbatch is not on PATH: Slurm is needed (Debian: apt-get install slurm-wlm), or use cantus sweep --jobs N" >&2
  exit 2
}
config=$(cd "$(dirname "$1")" && pwd)/${1##*/}
shift
make_ready
trials=$("$root/node_modules/node/bin/node" "$root/dist/cli/main.js" sweep "$config" --count)
id=$(sbatch --parsable --array="1-$trials" --output="$logs/sweep-%A_%a.log" "$@" \
  "$root/scripts/shards/sweep.sbatch" "$root" "$CANTUS_DATA" "$config")
echo "array ${id%%;*} of $trials trials"
echo "logs in $logs" >&2
