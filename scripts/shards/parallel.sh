#!/usr/bin/env bash
# A corpus build under GNU parallel: one shard a job, then the merge.
#   scripts/shards/parallel.sh SHARDS [parallel options…] -- --corpus PLACE [what else `cantus corpus build` takes]
# With --sshloginfile FILE it runs on other machines too; the checkout and CANTUS_DATA must then be on a shared file system.
# The same command after a stop converts only what is missing.
set -euo pipefail

usage() {
  echo "usage: ${0##*/} SHARDS [parallel options…] -- --corpus PLACE … (given: $*)" >&2
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
command -v parallel >/dev/null || {
  echo "parallel is not on PATH: GNU parallel is needed (Debian: apt-get install parallel)" >&2
  exit 2
}

root=$(cd "$(dirname "$0")/../.." && pwd)
export CANTUS_DATA=${CANTUS_DATA:-$root/data}
cantus=$(printf '%q ' "$root/scripts/shards/cantus.sh")
corpus=$(printf '%q ' "$@")
seq "$shards" | parallel --will-cite --env CANTUS_DATA --retries 2 --halt soon,fail=1 \
  ${options[@]+"${options[@]}"} "$cantus build --threads 1 --shard {}/$shards $corpus"
exec "$root/scripts/shards/cantus.sh" merge "$@"
