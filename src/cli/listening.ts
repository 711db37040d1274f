import type { Command } from 'commander'
import { countVotes, listeningText, ListeningVotesError } from '../evaluation/listening/countVotes.ts'
import { readListeningTest } from '../evaluation/listening/listeningItems.ts'
import { readVotes } from '../evaluation/listening/readVotes.ts'
import { starterReportFile } from '../results/starterReport.ts'
import { type AsJson, printFound } from '../study/printFound.ts'
import type { ResultsAsked, StudyResults } from '../study/studyResults.ts'
import { withJson, withResultsFolder } from './options.ts'

async function countFiles(paths: readonly string[], { folders }: StudyResults) {
  const test = readListeningTest(folders.root)
  if (test === null)
    throw new ListeningVotesError(
      `no listening test in ${folders.root}: ${starterReportFile.path} lacks continuations of all held-out primers; run "cantus study starter"`,
    )
  return countVotes(test, await Promise.all(paths.map(async (path) => ({ path, votes: await readVotes(path) }))))
}

/** `cantus listening FILES` */
export function registerListening(program: Command): void {
  withJson(withResultsFolder(program.command('listening')))
    .description('count the votes of the listening test: who continues tunes better, with 95% intervals')
    .argument('<files...>', 'the files that listeners saved at the end of the test')
    .action((paths: readonly string[], flags: ResultsAsked & AsJson) =>
      printFound(flags, (there) => countFiles(paths, there), listeningText),
    )
}
