#!/usr/bin/env bash
# Proves on this one machine that a sharded build gives the bytes of a plain one:
#   scripts/shards/prove.sh slurm|parallel [SHARDS [PLACE]]      (default: 4 shards of the reference files of the tests)
# For Slurm it starts a cluster of one node for itself (munged, slurmctld, slurmd; as root) and ends it again. One task of
# the array is cancelled: the merge must refuse by name, and give the same bytes after the array was sent again.
set -euo pipefail

how=${1:-}
shards=${2:-4}
root=$(cd "$(dirname "$0")/../.." && pwd)
place=${3:-$root/tests/goldens/data/midi}
[[ $how == slurm || $how == parallel ]] || { echo "usage: ${0##*/} slurm|parallel [SHARDS [PLACE]] (given: $*)" >&2; exit 2; }

scratch=$(mktemp -d)
chmod 755 "$scratch"
pids=()
clean() {
  for pid in ${pids[@]+"${pids[@]}"}; do kill "$pid" 2>/dev/null || true; done
  pkill -F "$scratch/slurmctld.pid" 2>/dev/null || true
  pkill -F "$scratch/slurmd.pid" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$scratch"
}
trap clean EXIT
trap 'exit 130' INT TERM

cantus() { CANTUS_DATA=$scratch/$1 "$root/scripts/shards/cantus.sh" "${@:2}"; }
sums() { (cd "$scratch/$1/built" && sha256sum ./*/files.parquet ./*/melodies.parquet); }
now() { date +%s.%N; }
took() { awk -v from="$1" -v to="$(now)" 'BEGIN { printf "%.1f s", to - from }'; }
fail() { echo "FAIL: $*" >&2; exit 1; }

start_slurm() {
  if ! command -v slurmctld slurmd munged >/dev/null; then
    echo "Slurm is not here: apt-get install slurm-wlm munge (Debian, as root), then run this again" >&2
    exit 2
  fi
  [[ $(id -u) == 0 ]] || { echo "starting a cluster of one's own takes root; uid is $(id -u)" >&2; exit 2; }
  mkdir -p "$scratch/munge" "$scratch/state" "$scratch/spool"
  chmod 700 "$scratch/munge"
  head -c 1024 /dev/urandom >"$scratch/munge/key"
  chmod 400 "$scratch/munge/key"
  local socket=$scratch/munge.socket host cores port
  munged --foreground --force --key-file="$scratch/munge/key" --socket="$socket" --pid-file="$scratch/munge/pid" \
    --log-file="$scratch/munge/log" --seed-file="$scratch/munge/seed" 2>/dev/null &
  pids+=($!)
  host=$(hostname -s)
  cores=$(nproc)
  port=$((20000 + RANDOM % 10000))
  export SLURM_CONF=$scratch/slurm.conf
  cat >"$SLURM_CONF" <<CONF
ClusterName=proof
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$socket
CryptoType=crypto/munge
CredType=cred/munge
StateSaveLocation=$scratch/state
SlurmdSpoolDir=$scratch/spool
SlurmctldPidFile=$scratch/slurmctld.pid
SlurmdPidFile=$scratch/slurmd.pid
SlurmctldLogFile=$scratch/slurmctld.log
SlurmdLogFile=$scratch/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
MpiDefault=none
MinJobAge=3600
NodeName=$host NodeAddr=127.0.0.1 CPUs=$cores State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
  for _ in $(seq 50); do [[ -S $socket ]] || sleep 0.1; done
  slurmctld -D >/dev/null 2>&1 &
  pids+=($!)
  slurmd -D >/dev/null 2>&1 &
  pids+=($!)
  for _ in $(seq 100); do
    [[ $(sinfo --noheader --format=%T 2>/dev/null) == idle* ]] && return
    sleep 0.2
  done
  tail -5 "$scratch"/slurm*.log >&2
  fail "the cluster of one node did not come up"
}

# Waits until no job of ours is left, dead ones included.
wait_for_jobs() {
  for _ in $(seq 3000); do
    [[ -z $(squeue --noheader --states=PENDING,RUNNING,COMPLETING,CONFIGURING 2>/dev/null) ]] && return
    sleep 0.2
  done
  fail "the jobs did not end: $(squeue --noheader)"
}

prove_slurm() {
  start_slurm
  export CANTUS_DATA=$scratch/sharded
  # All start on hold; the last is cancelled, the others are let go.
  local ids array merge
  ids=$("$root/scripts/shards/slurm.sh" "$shards" --hold -- --corpus "$place")
  array=$(awk '$1 == "array" { print $2 }' <<<"$ids")
  merge=$(awk '$1 == "merge" { print $2 }' <<<"$ids")
  scancel "${array}_$shards"
  scontrol release "$merge" || true
  for task in $(seq $((shards - 1))); do scontrol release "${array}_$task"; done
  wait_for_jobs
  if cantus sharded merge --corpus "$place" 2>"$scratch/refused"; then fail "a merge without shard $shards was not refused"; fi
  echo "without the last shard: $(cat "$scratch/refused")"
  "$root/scripts/shards/slurm.sh" "$shards" -- --corpus "$place" >/dev/null
  wait_for_jobs
}

prove_parallel() {
  export CANTUS_DATA=$scratch/sharded
  "$root/scripts/shards/cantus.sh" build --threads 1 --shard "1/$shards" --corpus "$place"
  if cantus sharded merge --corpus "$place" 2>"$scratch/refused"; then fail "a merge of one shard was not refused"; fi
  echo "with the first shard alone: $(cat "$scratch/refused")"
  "$root/scripts/shards/parallel.sh" "$shards" -- --corpus "$place"
}

from=$(now)
cantus whole build --corpus "$place"
echo "plain build: $(took "$from")"
from=$(now)
"prove_$how"
echo "$how, $shards shards, on $(nproc) cores: $(took "$from")"
whole=$(sums whole)
sharded=$(sums sharded) || fail "the sharded build gave nothing: $(tail -n 3 "$scratch"/sharded/slurm/*.log 2>/dev/null)"
[[ $whole == "$sharded" ]] || fail "other bytes: plain $whole, sharded $sharded"
echo "PASS: the same bytes"
echo "$whole"
