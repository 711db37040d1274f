#!/usr/bin/env bash
# Proves on this one machine that a sharded build gives the bytes of a plain one, undisturbed and after kills:
#   scripts/shards/prove.sh slurm|parallel [SHARDS [PLACE [SECONDS]]]
# Default: 4 shards of the reference files of the tests; a process lives for SECONDS (0) before it is killed. For Slurm it
# starts a cluster of one node for itself (as root) and ends it again. While shards are lost, the merge must refuse.
set -euo pipefail

how=${1:-}
shards=${2:-4}
root=$(cd "$(dirname "$0")/../.." && pwd)
place=${3:-$root/tests/goldens/data/midi}
lifetime=${4:-0}
[[ $# -le 4 && $how =~ ^(slurm|parallel)$ && $shards =~ ^[2-9]$|^[1-9][0-9]{1,3}$ && $lifetime =~ ^[0-9]+$ ]] || {
  echo "usage: ${0##*/} slurm|parallel [SHARDS, from 2 to 9999 [PLACE [SECONDS]]] (given: $*)" >&2
  exit 2
}

# shellcheck source=scripts/shards/proof.sh
source "$root/scripts/shards/proof.sh"

cantus() { "$root/scripts/shards/cantus.sh" "$@" --corpus "$place"; }
sums() { (cd "$scratch/$1/built" && sha256sum ./*/files.parquet ./*/melodies.parquet); }

# timed WHAT COMMAND…
timed() {
  local from=$EPOCHREALTIME
  "${@:2}"
  awk -v what="$1" -v from="$from" -v to="$EPOCHREALTIME" 'BEGIN { printf "%s: %.1f s\n", what, to - from }'
}

expect_same() {
  local whole sharded
  whole=$(sums whole)
  sharded=$(sums "$1") || fail "the sharded build gave nothing: $(tail -qn 3 "$scratch/$1"/logs/*)"
  [[ $whole == "$sharded" ]] || fail "other bytes: plain $whole, sharded $sharded"
  echo "the same bytes: $2"
}

expect_refusal() {
  if cantus merge >"$scratch/merged" 2>"$scratch/refused"; then fail "a merge with shards lost was not refused"; fi
  [[ $(wc -l <"$scratch/refused") == 1 ]] || fail "the refusal is not one line: $(cat "$scratch/refused")"
  echo "refused: $(cat "$scratch/refused")"
}

# The processes that convert shard $1 into this data folder, not those of other builds.
converting() {
  local pid
  for pid in $(pgrep -f -- "--shard $1/$shards" || true); do
    [[ $(tr '\0' '\n' <"/proc/$pid/comm") == node ]] || continue
    if grep -qzxF "CANTUS_DATA=$CANTUS_DATA" "/proc/$pid/environ"; then echo "$pid"; fi
  done 2>/dev/null
}

# Waits for shard $1 to be at work, lets it live for a while and stops it where it stands; sets `caught`.
catch() {
  caught=
  for _ in $(seq 3000); do
    caught=$(converting "$1")
    [[ -z $caught ]] || break
    sleep 0.02
  done
  [[ -n $caught ]] || fail "shard $1 did not start"
  sleep "$lifetime"
  kill -STOP "$caught" || fail "shard $1 ended within $lifetime s: name a larger PLACE or fewer SECONDS"
}

slurm() { "$root/scripts/shards/slurm.sh" "$shards" --cpus-per-task=1 --mem-per-cpu=500M -- --corpus "$place" 2>&1; }

slurm_build() {
  slurm >/dev/null
  wait_for_jobs
}

# One task dies of kill -9, as for want of memory; the next one is cancelled.
slurm_killed() {
  local array merge
  read -r array merge <<<"$(slurm | awk '$1 == "array" || $1 == "merge" { printf "%s ", $2 }')"
  catch 1
  kill -KILL "$caught"
  catch 2
  scancel "${array}_2"
  wait_for_jobs
  echo "task 1 $(state_of "${array}_1"), task 2 $(state_of "${array}_2"), merge $(state_of "$merge")"
  [[ $(state_of "$merge") == CANCELLED ]] || fail "the merge ran without two shards"
}

parallel_build() { "$root/scripts/shards/parallel.sh" "$shards" -- --corpus "$place" >/dev/null; }

# `setsid` gives all processes of a run one number to end them by.
start_parallel() {
  setsid "$root/scripts/shards/parallel.sh" "$shards" -- --corpus "$place" >/dev/null 2>&1 &
  session=$!
}

# As at a power cut: every process of the run, in the middle of a shard.
parallel_killed() {
  start_parallel
  catch 1
  pkill -KILL --session "$session"
  { wait "$session" || true; } 2>/dev/null
  session=
}

# One shard dies of kill -9 and is started again by GNU parallel.
parallel_retried() {
  start_parallel
  catch 1
  kill -KILL "$caught"
  wait "$session" || fail "a shard that was killed once was not started again"
  session=
}

[[ $how == parallel ]] || start_slurm
use whole
timed "plain build on $(nproc) cores" cantus build
use sharded
timed "$how, $shards shards" "${how}_build"
expect_same sharded undisturbed
use killed
timed "until killed" "${how}_killed"
expect_refusal
timed "the same command again" "${how}_build"
expect_same killed "after the kills"
if [[ $how == parallel ]]; then
  use retried
  timed "with one shard killed" parallel_retried
  expect_same retried "after a retry"
fi
sums whole
echo PASS
