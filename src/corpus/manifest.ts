import { join } from 'node:path'
import { readIfThere } from '../support/files.ts'

/** What a manifest says of one file. */
export interface ManifestEntry {
  /** Below the manifest's folder, forward slashes. */
  readonly path: string
  /** Where it came from, `repository@commit:file`, with `#n` for a tune of a book. */
  readonly origin: string | null
  readonly licence: string | null
  readonly title: string | null
  /** Words about the music, `irish;K=D Dorian;R=reel`. */
  readonly about: string | null
  /** Its label in the style selection; `null` for a file that is not in it. */
  readonly styleLabel: string | null
}

/** Entries by path. */
export type Manifest = ReadonlyMap<string, ManifestEntry>

const MANIFEST_FILE = 'MANIFEST.tsv'
const STYLE_FILE = 'STYLE530.tsv'

/**
 * Reads `MANIFEST.tsv` (columns by name: path, source, licence, title, style; only path must be there) and the labels
 * of `STYLE530.tsv` (path, label, title) of a folder.
 * @returns null when the folder has neither, or tables without a column `path`.
 */
export async function readManifest(folder: string): Promise<Manifest | null> {
  const rows = await readTable(join(folder, MANIFEST_FILE))
  const labels = await readTable(join(folder, STYLE_FILE))
  if (rows.length + labels.length === 0) return null
  const labelled = new Map(labels.map((row) => [row.path, row]))
  const paths = new Set([...rows, ...labels].map(({ path }) => path))
  const byPath = new Map(rows.map((row) => [row.path, row]))
  const entries = [...paths].map((path): [string, ManifestEntry] => {
    const row: Cells = byPath.get(path) ?? {}
    const label: Cells = labelled.get(path) ?? {}
    const entry = {
      ...{ path, origin: row.source || null, licence: row.licence || null, about: row.style || null },
      ...{ title: row.title || label.title || null, styleLabel: label.label || null },
    }
    return [path, entry]
  })
  return new Map(entries)
}

type Cells = Readonly<Record<string, string | undefined>>
type Row = Cells & { readonly path: string }

/** Rows of a table with a head line; none when there is no such file. Rows without a path are left out. */
async function readTable(path: string): Promise<Row[]> {
  const [head, ...lines] = String((await readIfThere(path)) ?? '').split(/\r?\n/)
  const names = (head ?? '').split('\t')
  return lines.flatMap((line): Row[] => {
    const cells: Cells = Object.fromEntries(
      line.split('\t').map((cell, n) => [names[n] ?? `column ${n + 1}`, cell.trim()]),
    )
    return cells.path === undefined || cells.path === '' ? [] : [{ ...cells, path: cells.path }]
  })
}
