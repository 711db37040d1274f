import { choosePrimer } from '../../../../src/generation/choosePrimer.ts'
import { decodeMusicXml } from '../../../../src/score/musicXml/decodeMusicXml.ts'
import { MidiConversionError } from '../../../../src/score/midiConversionError.ts'
import { decodeText } from '../../../../src/score/decodeText.ts'
import type { NoteSequence } from '../../../../src/score/noteSequence.ts'
import { readMidi } from '../../../../src/score/readMidi.ts'
import { formatOfName, type ScoreFormat } from '../../../../src/score/scoreFormats.ts'
import { unreadableText } from '../../../../src/score/unreadableText.ts'
import { UserError, messageOf } from '../../../../src/support/errors.ts'
import { readAbcInWorker } from './readAbcInWorker.ts'
import { eventsOf, MAX_PRIMER_STEPS, melodyNotes } from './primerText.ts'
import { MAX_QPM, MIN_QPM } from './settings.ts'
import { STEPS_PER_BAR } from '../../../../src/melody/melody.ts'

/** A file without a usable primer; the message says why and what to do. */
export class PrimerFileError extends Error {
  override readonly name = 'PrimerFileError'
}

interface FilePrimer {
  readonly events: readonly number[]
  readonly qpm: number
  /** Which part of the file it is; null if it is all of it. */
  readonly taken: string | null
  /** What the page does not keep of it, in sentences. */
  readonly remarks: readonly string[]
}

/** A melody of hours is under a megabyte. */
const MAX_BYTES = 5_000_000

/**
 * The primer of a file that a reader opens; a file too large for a melody is not read.
 * @throws PrimerFileError
 */
export async function openPrimerFile(file: Pick<File, 'name' | 'size' | 'arrayBuffer'>): Promise<FilePrimer> {
  checkSize(file)
  return primerOfFile(file.name, new Uint8Array(await contentOf(file)))
}

function checkSize({ name, size }: Pick<File, 'name' | 'size'>): void {
  if (size <= MAX_BYTES) return
  const megabytes = Math.round(size / 1e6).toLocaleString('en')
  throw new PrimerFileError(`${name}: it has ${megabytes} MB; a melody is smaller. Open a file of one melody.`)
}

async function contentOf(file: Pick<File, 'name' | 'arrayBuffer'>): Promise<ArrayBuffer> {
  try {
    return await file.arrayBuffer()
  } catch (error) {
    const why = messageOf(error)
    throw new PrimerFileError(`${file.name}: the browser cannot read it (${why}). Open it again, or a copy of it.`)
  }
}

/**
 * The primer of a MIDI, ABC or MusicXML file as `cantus generate --primer FILE` takes it: the first four bars of its first
 * melody.
 * @throws PrimerFileError
 */
export async function primerOfFile(name: string, bytes: Uint8Array): Promise<FilePrimer> {
  checkSize({ name, size: bytes.length })
  try {
    return primerOf(await readFile(formatOfName(name), bytes))
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const isForeign = error instanceof MidiConversionError && !/\.(midi?|kar)$/i.test(name)
    throw new PrimerFileError(
      `${name}: ${unreadableText(error.message)}.${isForeign ? ' Open a file that ends in .mid, .abc, .musicxml or .mxl.' : ''}`,
    )
  }
}

function readFile(format: ScoreFormat | null, bytes: Uint8Array): NoteSequence | Promise<NoteSequence> {
  if (format === 'abc') return readAbcInWorker(decodeText(bytes))
  return format === 'musicxml' ? decodeMusicXml(bytes) : readMidi(bytes)
}

function primerOf(score: NoteSequence): FilePrimer {
  const { primer, remark, isWhole } = choosePrimer(score, {}, false)
  const { events, qpm, timeSignature } = primer
  const kept = melodyNotes(events).filter(({ startStep }) => startStep < MAX_PRIMER_STEPS)
  const cut = kept.map((note) => ({ ...note, endStep: Math.min(note.endStep, MAX_PRIMER_STEPS) }))
  const remarks = [
    ...(timeSignature === undefined
      ? []
      : [`It is in ${timeSignature.numerator}/${timeSignature.denominator}, and this page counts in 4/4.`]),
    ...(events.length > MAX_PRIMER_STEPS ? [`It is cut to ${MAX_PRIMER_STEPS / STEPS_PER_BAR} bars of 4/4.`] : []),
  ]
  return {
    events: eventsOf(cut),
    qpm: Math.round(Math.min(MAX_QPM, Math.max(MIN_QPM, qpm))),
    taken: isWhole ? null : remark,
    remarks,
  }
}
