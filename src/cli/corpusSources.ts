import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { withSourceTables } from '../corpus/card.ts'
import { sourceNames } from '../corpus/corpus.ts'
import { declarations, fetchDownload, fetchShared, type CorpusFolders, type Declarations } from '../corpus/declared.ts'
import { fetchCorpus } from '../corpus/fetchCorpus.ts'
import { listSources, type SourceStatus } from '../corpus/listSources.ts'
import { counted } from '../support/text/counted.ts'
import type { Effects } from '../support/effects.ts'
import { UserError } from '../support/errors.ts'
import { writeFileAtomic } from '../support/files.ts'
import { printLines } from '../support/terminal/printLines.ts'
import { projectRoot, studyFolders } from '../support/projectRoot.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'

export interface FetchOptions {
  readonly folders: CorpusFolders
  /** Names of declared sources; none = the embedded tunes. */
  readonly names?: readonly string[]
}

/**
 * Fetches and unpacks declared sources; does nothing for one that is there.
 * @returns the folders they lie in.
 * @throws UserError for a name that is not declared, before anything is fetched.
 */
export async function fetchSources(
  { folders, names = [] }: FetchOptions,
  effects: Effects,
  declared: Declarations = declarations,
): Promise<string[]> {
  const known = sourceNames(declared)
  const wrong = names.find((name) => !known.includes(name))
  if (wrong !== undefined) throw new UserError(`no source is called ${wrong}: there are ${known.join(', ')}`)
  const lists: string[][] = []
  for (const name of names.length > 0 ? names : [declared.embedded.name]) {
    lists.push(await fetchOne(name, folders, effects, declared))
  }
  return [...new Set(lists.flat())]
}

async function fetchOne(
  name: string,
  folders: CorpusFolders,
  effects: Effects,
  declared: Declarations,
): Promise<string[]> {
  const shared = declared.shared.find((source) => source.name === name)
  if (shared !== undefined) return (await fetchShared(shared, folders, effects, declared)).folders
  const source = declared.downloads.find((each) => each.name === name)
  if (source !== undefined) return [await fetchDownload(source, folders, effects)]
  return [await fetchCorpus(folders, effects, declared.embedded)]
}

/** Makes the tables of the data card anew; returns whether its text changed. */
export async function writeCard({ path }: { path: string }): Promise<boolean> {
  const card = await readFile(path, 'utf8')
  const made = withSourceTables(card)
  if (made !== card) await writeFileAtomic(path, made)
  return made !== card
}

function sourceLines(sources: readonly SourceStatus[]): string[] {
  return sources.flatMap(({ name, title, files, bytes, licence, state, use }) => {
    const size = `${(bytes / 1e6).toLocaleString('en', { maximumFractionDigits: 1 })} MB`
    const amount = files === null ? size : `${counted(files, 'file')}, ${size}`
    return [`${name}: ${state}`, `  ${title}`, `  ${amount}`, `  licence: ${licence}`, `  use: ${use}`, '']
  })
}

/** `cantus corpus list|fetch|card`. */
export function registerCorpusSources(corpus: Command): void {
  corpus
    .command('list')
    .description('the corpora that have a name: size, licence, whether they are on this machine, how to use them')
    .option('--json', 'print them as JSON')
    .action(async (flags: { json?: boolean }) => {
      const sources = await listSources(studyFolders())
      printLines(flags.json ? [JSON.stringify(sources)] : sourceLines(sources))
    })
  corpus
    .command('fetch')
    .description('fetch and unpack corpora by name, once (none named: the embedded public-domain tunes, 20 MB)')
    .argument('[names...]', 'names that "cantus corpus list" tells')
    .action(async (names: string[]) => printLines(await fetchSources({ folders: studyFolders(), names }, cliEffects())))
  corpus
    .command('card')
    .description('the tables of data/README.md, made from the declarations of the sources')
    .option('--write', 'put them into data/README.md')
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
