# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # what it reads and sets belongs to the scripts that source it
# Sourced by slurm.sh and parallel.sh: reads `SHARDS [options…] -- --corpus PLACE …` and makes the checkout ready.
# Sets root, CANTUS_DATA (as a whole path), logs, shards, options and corpus.

usage() {
  echo "usage: ${0##*/} SHARDS [$tool options…] -- --corpus PLACE … (given: $*)" >&2
  exit 2
}

read_arguments() {
  local given=("$@")
  shards=${1:-}
  options=()
  [[ $shards =~ ^[1-9][0-9]{0,4}$ ]] || usage "$@"
  shift
  while [[ $# -gt 0 && $1 != -- ]]; do
    options+=("$1")
    shift
  done
  [[ ${1:-} == -- && $# -gt 1 ]] || usage "${given[@]}"
  shift
  corpus=("$@")
}

# Jobs neither set up nor compile, since many would do it at once: it is done here, before the first starts.
make_ready() {
  local node=$root/node_modules/node/bin/node
  [[ -x $node ]] || {
    echo "$root is not set up: npm run setup, then the same command again" >&2
    exit 2
  }
  "$node" "$root/scripts/build.mjs"
  mkdir -p "${CANTUS_DATA:-$root/data}"
  CANTUS_DATA=$(cd "${CANTUS_DATA:-$root/data}" && pwd)
  export CANTUS_DATA
  logs=$CANTUS_DATA/logs
  mkdir -p "$logs"
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
