import { createHash } from 'node:crypto'
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { listCorpus } from '../corpus/corpus.ts'
import { openCorpus } from '../dataset/buildDataset.ts'
import type { MelodyRow, Split } from '../dataset/dataset.ts'
import { scanCorpus, type ScoreUnit } from '../dataset/scanCorpus.ts'
import { unitContent } from '../dataset/unitContent.ts'
import { melodyToNoteSequence } from '../melody/melodyToNoteSequence.ts'
import { melodyToAbc } from '../melody/written/melodyToAbc.ts'
import { melodyToMusicXml } from '../melody/written/melodyToMusicXml.ts'
import { metreOf } from '../melody/written/writtenBars.ts'
import type { NoteSequence } from '../score/noteSequence.ts'
import { encodeNoteSequence } from '../score/noteSequences/sequenceMessage.ts'
import { encodeRecord } from '../score/noteSequences/tfRecords.ts'
import { readContent } from '../score/scoreContent.ts'
import { createFolder } from '../support/createFolder.ts'
import type { Effects } from '../support/effects.ts'
import { InterruptedError, UserError } from '../support/errors.ts'
import { writeFileAtomic } from '../support/files.ts'
import { type CorpusOptions, corpusJob } from './corpusJob.ts'

/** Formats a corpus is written in: NoteSequences as records of one file, or a score file per melody. */
export const CORPUS_FORMATS = ['tfrecord', 'musicxml', 'abc'] as const
/** A format of `exportCorpus`. */
export type CorpusFormat = (typeof CORPUS_FORMATS)[number]

/** Options of `exportCorpus`. */
export interface ExportCorpusOptions extends CorpusOptions {
  readonly format: CorpusFormat
  /** The file, or the folder of files, that is written. */
  readonly out: string
  /** The melodies that training would use, instead of whole scores. */
  readonly melodies: boolean
  /** Default: all three sides. */
  readonly split?: Split
}

/** What `exportCorpus` wrote. */
export interface ExportedCorpus {
  readonly out: string
  readonly written: number
  /** Scores that could not be read. */
  readonly unreadable: number
}

/**
 * Writes the scores or melodies of a corpus for other programs, in order of their paths.
 * @throws UserError where the format does not hold what is asked for; InterruptedError.
 */
export async function exportCorpus(options: ExportCorpusOptions, effects: Effects): Promise<ExportedCorpus> {
  const { format, melodies, split } = options
  if (format !== 'tfrecord' && !melodies)
    throw new UserError(
      `--format ${format} writes melodies: add --melodies, or choose --format tfrecord for whole scores`,
    )
  const { dataset } = await openCorpus(corpusJob(options), effects)
  const isAsked = (row: { readonly split: Split }): boolean => split === undefined || row.split === split
  if (melodies) return writeMelodies(dataset.melodies.filter(isAsked), options)
  const asked = new Set(dataset.files.filter(isAsked).map(({ path }) => path))
  const { corpus, style, folders } = options
  const units = await scanCorpus(await listCorpus({ corpus, style }, folders, effects), effects)
  return writeScores(
    units.filter(({ path }) => asked.has(path)),
    options,
    effects,
  )
}

async function writeScores(
  units: readonly ScoreUnit[],
  { out }: ExportCorpusOptions,
  effects: Effects,
): Promise<ExportedCorpus> {
  const bar = effects.reporter.bar('Writing scores', units.length, 'scores')
  let written = 0
  try {
    await recordsTo(out, async (add) => {
      for (const [done, unit] of units.entries()) {
        if (effects.signal.aborted) throw new InterruptedError('stopped; nothing was written')
        const score = await readable(unit)
        if (score !== null) {
          add(messageOf(unit, score))
          written++
        }
        bar.update(done + 1)
      }
    })
  } finally {
    bar.stop()
  }
  return { out, written, unreadable: units.length - written }
}

/** Null for a score that cannot be read: the data set has its reason. */
async function readable(unit: ScoreUnit): Promise<NoteSequence | null> {
  if (unit.failure !== null) return null
  try {
    return readContent(unit.format, await unitContent(unit))
  } catch (error) {
    if (error instanceof UserError) return null
    throw error
  }
}

async function writeMelodies(
  rows: readonly MelodyRow[],
  { format, out }: ExportCorpusOptions,
): Promise<ExportedCorpus> {
  if (format === 'tfrecord')
    await recordsTo(out, (add) => {
      for (const row of rows) {
        const score = melodyToNoteSequence({ ...row, startStep: 0 }, { timeSignature: metreOf(row) })
        add(messageOf({ path: row.id, source: sourceOf(row), format: 'melody' }, score))
      }
    })
  else {
    const write = format === 'abc' ? melodyToAbc : melodyToMusicXml
    for (const row of rows)
      await writeFileAtomic(join(out, `${fileName(row.id)}.${format}`), write(row, { title: row.id }))
  }
  return { out, written: rows.length, unreadable: 0 }
}

const sourceOf = ({ path }: MelodyRow): string => path.slice(0, Math.max(0, path.indexOf('/')))

/** A melody's name as a file's: its path, in one folder. */
const fileName = (id: string): string => id.replace(/[^A-Za-z0-9._-]+/g, '_')

/** A message as note-seq names it: by the format, the collection and the sha1 of the path. */
function messageOf(unit: { path: string; source: string; format: string }, score: NoteSequence): Uint8Array {
  const { path, source, format } = unit
  const id = `/id/${format}/${source}/${createHash('sha1').update(path).digest('hex')}`
  return encodeNoteSequence(score, { id, filename: path, collection: source })
}

/** Writes records to a file that is there only when it is whole. */
async function recordsTo(
  path: string,
  write: (add: (message: Uint8Array) => void) => Promise<void> | void,
): Promise<void> {
  createFolder(dirname(path))
  const temporary = `${path}.tmp`
  const file = openSync(temporary, 'w')
  try {
    await write((message) => {
      const record = encodeRecord(message)
      for (let done = 0; done < record.length;) done += writeSync(file, record, done)
    })
    closeSync(file)
    renameSync(temporary, path)
  } catch (error) {
    closeSync(file)
    rmSync(temporary, { force: true })
    throw error
  }
}
