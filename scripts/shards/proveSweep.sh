#!/usr/bin/env bash
# Proves on this one machine that a sweep as a Slurm job array trains what local processes train, also after a task was killed:
#   scripts/shards/proveSweep.sh [PLACE [STEPS]]
# Default: 40 steps on the reference files of the tests. It starts a cluster of one node for itself (as root) and ends it again.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
place=${1:-$root/tests/goldens/data/midi}
steps=${2:-40}
[[ $# -le 2 && $steps =~ ^[1-9][0-9]{0,4}$ ]] || {
  echo "usage: ${0##*/} [PLACE [STEPS]] (given: $*)" >&2
  exit 2
}

# shellcheck source=scripts/shards/proof.sh
source "$root/scripts/shards/proof.sh"

cantus() { "$root/node_modules/node/bin/node" "$root/dist/cli/main.js" "$@"; }
# What a sweep came to, without the seconds.
table() { cantus sweep "$config" --table --json | sed -E 's/"[a-zA-Z]*[sS]econds": [0-9.]+,?//'; }
submit() { "$root/scripts/shards/sweep.sh" "$config" --cpus-per-task=1 --mem-per-cpu=1500M 2>/dev/null; }

config=$scratch/sweep.json
cat >"$config" <<CONFIG
{"iteration": "1", "scale": "smoke", "corpus": ["$place"], "steps": $steps, "seeds": [1, 2], "grid": {"training.learningRate": [0.001, 0.003]}}
CONFIG

start_slurm
use local
cantus sweep "$config" >/dev/null
expected=$(table)

use array
cantus corpus build --corpus "$place" >/dev/null
array=$(submit | awk '$1 == "array" { print $2 }')
for _ in $(seq 600); do [[ $(state_of "${array}_2") == RUNNING ]] && break || sleep 0.1; done
scancel --signal=KILL "${array}_2" # as for want of memory
wait_for_jobs
echo "task 2 $(state_of "${array}_2")"
[[ $(table) != "$expected" ]] || fail "a trial whose task was killed counts as done"
submit >/dev/null
wait_for_jobs
[[ $(table) == "$expected" ]] || fail "other results: local $expected, array $(table)"
echo "the same losses: 4 trials, a task killed and submitted again"
echo PASS
