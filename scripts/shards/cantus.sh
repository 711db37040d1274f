#!/usr/bin/env bash
# `cantus corpus …` of this checkout for a job: no set-up, no build, so that a thousand may start at once.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
exec "$root/node_modules/node/bin/node" "$root/dist/cli/main.js" corpus "$@"
