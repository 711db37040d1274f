import type { Command } from 'commander'
import { countVotes, listeningText, ListeningVotesError } from '../evaluation/listening/countVotes.ts'
import { readListeningTest } from '../evaluation/listening/listeningItems.ts'
import { type ListeningVotes, listeningVotesSchema } from '../results/listeningVotes.ts'
import { starterReportFile } from '../results/starterReport.ts'
import { resultsThere } from '../study/studyResults.ts'
import { readStoredIfThere } from '../support/readStored.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { printResult } from '../support/terminal/printLines.ts'
import { withJson, withResultsFolder } from './options.ts'

async function readVotes(path: string): Promise<ListeningVotes> {
  const votes = await readStoredIfThere(path, listeningVotesSchema, 'take the file that the listening test saved')
  if (votes === null) throw new ListeningVotesError(`no file ${path}; give the files that listeners saved`)
  return votes
}

/** `cantus listening FILES` */
export function registerListening(program: Command): void {
  withJson(withResultsFolder(program.command('listening')))
    .description('count the votes of the listening test: who continues tunes better, with 95% intervals')
    .argument('<files...>', 'the files that listeners saved at the end of the test')
    .action(
      async (paths: readonly string[], { results, json }: { readonly results?: string; readonly json?: boolean }) => {
        const { folders } = await resultsThere({ results }, cliEffects())
        const test = readListeningTest(folders.root)
        if (test === null)
          throw new ListeningVotesError(
            `no listening test in ${folders.root}: ${starterReportFile.path} lacks continuations of all held-out primers; run "cantus study starter"`,
          )
        const files = await Promise.all(paths.map(async (path) => ({ path, votes: await readVotes(path) })))
        printResult(countVotes(test, files), json, listeningText)
      },
    )
}
