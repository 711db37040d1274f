# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # root and session belong to the scripts that source it
# Sourced by prove.sh and proveSweep.sh: a folder $scratch that is gone at the end, as are a cluster and the processes of $session.

# shellcheck source=scripts/shards/oneNodeSlurm.sh
source "$root/scripts/shards/oneNodeSlurm.sh"

scratch=$(mktemp -d)
session=
clean() {
  [[ -z $session ]] || pkill -KILL --session "$session" || true
  stop_slurm
  rm -rf "$scratch"
}
trap clean EXIT
trap 'exit 130' INT TERM

fail() {
  echo "FAIL: $*" >&2
  exit 1
}
use() { export CANTUS_DATA=$scratch/$1; }
