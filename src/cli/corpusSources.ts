import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { withSourceTables, writeCard } from '../corpus/card.ts'
import { listSources } from '../corpus/listSources.ts'
import { sourceLines } from '../study/text/sourcesText.ts'
import { printLines } from '../support/terminal/printLines.ts'
import { projectRoot, studyFolders } from '../support/projectRoot.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { fetchSources } from '../corpus/fetchSources.ts'

/** `cantus corpus list|fetch|card`. */
export function registerCorpusSources(corpus: Command): void {
  corpus
    .command('list')
    .description('list the known corpora: size, licence, whether they are on this machine, how to use them')
    .option('--json', 'print them as JSON')
    .action(async (flags: { json?: boolean }) => {
      const sources = await listSources(studyFolders())
      printLines(flags.json ? [JSON.stringify(sources)] : sourceLines(sources))
    })
  corpus
    .command('fetch')
    .description('fetch and unpack corpora by name, once (none named: the embedded public-domain tunes, 20 MB)')
    .argument('[names...]', 'names from "cantus corpus list"')
    .action(async (names: string[]) => printLines(await fetchSources({ folders: studyFolders(), names }, cliEffects())))
  corpus
    .command('card')
    .description('print the tables of data/README.md, generated from the declared sources')
    .option('--write', 'write them to data/README.md')
    .action(async (flags: { write?: boolean }) => {
      const path = join(projectRoot, 'data', 'README.md')
      if (flags.write) printLines([(await writeCard({ path })) ? `wrote ${path}` : `${path} is up to date`])
      else
        printLines(
          withSourceTables(await readFile(path, 'utf8'))
            .trimEnd()
            .split('\n'),
        )
    })
}
