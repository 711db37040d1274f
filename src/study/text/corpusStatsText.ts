import { join } from 'node:path'
import { edgeWords } from '../../charts/corpus.ts'
import { reasonText } from './melodiesText.ts'
import type { StoredDataset } from '../../dataset/buildDataset.ts'
import type { Catalogue, SourceSummary } from '../../dataset/catalogue.ts'
import type { Kinship } from '../../dataset/placeFiles.ts'
import { DEFAULT_EXTRACTION } from '../../dataset/scoreToMelodies.ts'
import { SPLIT_LIST } from '../../dataset/storePart.ts'
import { FILES, MELODIES } from '../../dataset/storedDataset.ts'
import type { BuiltPart, SplitNumbers } from '../../results/corpusReport.ts'
import { itemAt, propertyOf } from '../../support/itemAt.ts'
import { counted } from '../../support/text/counted.ts'
import type { CorpusStats } from '../corpusStats.ts'

/** What a corpus gave, by source, with what was dropped and why. */
export function statsLines({ strict, loose, kinship }: CorpusStats): string[] {
  const looseHeading = loose === null ? [] : ['with melodies', 'melodies', 'kept', '(loose)']
  const heading = ['source', 'files', 'readable', 'with melodies', 'melodies', 'kept', ...looseHeading]
  const looseOf = new Map(loose?.sources.map((row) => [sourceName(row), row]))
  const rows = strict.sources.map((row) => {
    const other = looseOf.get(sourceName(row))
    return [sourceName(row), ...fileCells(row), ...melodyCells(row), ...(other ? [...melodyCells(other), ''] : [])]
  })
  const total = (all: Catalogue) => ({ ...all, melodies: all.melodies.total })
  const all = ['all', ...fileCells(strict), ...melodyCells(total(strict))]
  const { train, validation, test } = strict.melodies
  return [
    ...alignColumns([heading, ...rows, [...all, ...(loose ? [...melodyCells(total(loose)), ''] : [])]]),
    '',
    'kept: melodies that are not copies, in any key, of earlier ones',
    `${count(train)} training, ${count(validation)} validation and ${counted(test, 'test melody', 'test melodies')} in ` +
      `${counted(strict.families, 'family', 'families')} (data set ${strict.hash.slice(0, 12)})`,
    '',
    ...familyLines(kinship),
    ...countLines('tracks, parts and files that gave none', strict.dropped, (reason) =>
      reasonText(reason, DEFAULT_EXTRACTION),
    ),
    ...ignoredLines(strict),
    ...countLines('files by mode (K: field)', strict.modes, (mode) => mode),
  ]
}

/** Files read in part; they are not dropped, so the data set has no row about it. */
export function ignoredLines({ filesWithIgnored = 0 }: Pick<Catalogue, 'filesWithIgnored'>): string[] {
  if (filesWithIgnored === 0) return []
  const files = counted(filesWithIgnored, 'file says', 'files say')
  return [
    `${files} a tempo or metre on a track other than the first, which is ignored as in note-seq (cantus inspect names it)`,
    '',
  ]
}

/** What joined files to families, and the ten largest of them. */
function familyLines({ edges, largest, primers }: Kinship): string[] {
  const many = largest.filter(({ files }) => files > 1)
  const largestOnes = Object.fromEntries(many.map(({ family, files }) => [family, files]))
  return [
    ...countLines('families were joined by', edges, (kind) => propertyOf<string>(edgeWords, kind)),
    ...countLines('largest families, by their first file', largestOnes, (family) => family),
    ...(primers.length === 0 ? [] : [`test side only, because they hold a primer's tune: ${primers.join(', ')}`, '']),
  ]
}

const sourceName = ({ source, style }: SourceSummary): string => (style === null ? source : `${source} (style)`)

type Counts = Pick<SourceSummary, 'files' | 'readable' | 'withMelodies' | 'melodies' | 'kept'>

const fileCells = ({ files, readable }: Pick<Counts, 'files' | 'readable'>): string[] => [files, readable].map(count)

function melodyCells({ withMelodies, melodies, kept }: Pick<Counts, 'withMelodies' | 'melodies' | 'kept'>): string[] {
  return [withMelodies, melodies, kept].map(count)
}

/** A whole number with separators. */
export const count = (n: number): string => n.toLocaleString('en')

function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = itemAt(rows, 0).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  return rows.map((row) => {
    return row
      .map((cell, c) => (c === 0 ? cell.padEnd(itemAt(widths, c)) : cell.padStart(itemAt(widths, c) + 2)))
      .join('')
      .trimEnd()
  })
}

function countLines(title: string, counts: Readonly<Record<string, number>>, words: (key: string) => string): string[] {
  const entries = Object.entries(counts)
  if (entries.length === 0) return []
  const lines = entries.map(
    ([key, n]) => `  ${count(n).padStart(7)}  ${key}${words(key) === key ? '' : `: ${words(key)}`}`,
  )
  return [`${title}:`, ...lines, '']
}

/** The data set of one iteration: its sources' melodies by side, and where it lies. */
export function partLines(part: BuiltPart): string[] {
  const { files, families, melodies, removed, sources, trainingSteps } = part
  const cells = (row: SplitNumbers): string[] => [row.train, row.validation, row.test].map(count)
  const all = files.train + files.validation + files.test
  return [
    `Iteration ${part.iteration}: ${counted(all, 'file')} in ${counted(families, 'family', 'families')} (data set ${part.hash.slice(0, 12)})`,
    ...alignColumns([
      ['', 'files', 'training', 'validation', 'test melodies'],
      ...sources.map(({ group, files: n, melodies: own }) => [group, count(n), ...cells(own)]),
      ['all', count(all), ...cells(melodies)],
    ]),
    `${counted(trainingSteps, 'step')} to learn from; left out: ${counted(removed.copies, 'copy', 'copies')}, ` +
      `${count(removed.heldOut)} held out elsewhere, ${count(removed.capped)} above the limit per file`,
    ...[FILES, MELODIES, SPLIT_LIST].map((name) => join(part.folder, name)),
  ]
}

/** What was built, and where it lies. */
export function builtLines({ folder, files, melodies, hash }: Omit<StoredDataset, 'kinship'>): string[] {
  return [
    `${counted(files, 'file')}, ${counted(melodies, 'melody', 'melodies')} (data set ${hash.slice(0, 12)})`,
    join(folder, FILES),
    join(folder, MELODIES),
  ]
}
