#!/usr/bin/env bash
# A corpus build under GNU parallel: one shard a job, one job a core, then the merge.
#   scripts/shards/parallel.sh SHARDS [parallel options…] -- --corpus PLACE [what `cantus corpus build` and `merge` take]
# With --sshloginfile FILE it runs on other machines too; the checkout, the corpus and CANTUS_DATA (default: data/ in the
# checkout) must then be on a file system all of them share. After a stop: the same command again; what was converted stays.
set -euo pipefail

tool=parallel
# shellcheck source=scripts/shards/arguments.sh
source "$(dirname "$0")/arguments.sh"
read_arguments "$@"
command -v parallel >/dev/null || {
  echo "parallel is not on PATH: GNU parallel is needed (Debian: apt-get install parallel)" >&2
  exit 2
}
make_ready

# No --resume: it would trust the joblog of another corpus, and a shard that is done takes seconds.
job=$(printf '%q ' env "CANTUS_DATA=$CANTUS_DATA" "$root/scripts/shards/cantus.sh")
corpus_words=$(printf '%q ' "${corpus[@]}")
seq "$shards" | parallel --will-cite -I '<shard>' --workdir "$PWD" --joblog "$logs/parallel.tsv" --retries 2 --halt soon,fail=1 \
  ${options[@]+"${options[@]}"} "$job build --threads 1 --shard '<shard>'/$shards $corpus_words" || {
  echo "not every shard was converted (exit values in $logs/parallel.tsv): mend what it says, then the same command again" >&2
  exit 1
}
exec "$root/scripts/shards/cantus.sh" merge "${corpus[@]}"
