import type { XmlElement } from '@rgrove/parse-xml'
import { DEFAULT_QPM, type Note, type NoteSequence } from '../noteSequence.ts'
import { secondsAtTick, tempoSegments } from '../tempoMap.ts'
import { measureOrder } from './measureOrder.ts'
import { type Change, type Measure, measuresOf, type Marks } from './measures.ts'
import { MUSIC_XML_LIMITS, MusicXmlError } from './musicXmlError.ts'
import { elementAt, elementsIn, numberAt, textAt, xmlRoot } from './xmlTree.ts'

/** As ABC has it: no velocity is written that a program would have to keep. */
const VELOCITY = 80
const TICKS_PER_QUARTER = 480
const DRUM_CHANNEL = 10
/** Sums of lengths such as a third of a quarter note differ by less, notes by more. */
const EQUAL = 1e-6

/** A part of the score with its measures. */
interface Part {
  readonly name: string
  readonly program: number
  readonly isDrum: boolean
  readonly measures: readonly Measure[]
}

/** A measure as it is played; `start` in quarter notes. */
interface Played {
  readonly index: number
  readonly start: number
  readonly length: number
}

/**
 * Reads a MusicXML score as it sounds: repeats, endings, D.C. and D.S. written out, ties joined, parts at their sounding
 * pitch; without grace notes, cues and ornaments. Each voice of each part is an instrument, with its name.
 * @throws MusicXmlError for what is not a score, or exceeds a bound (`limit-…`).
 * @example readMusicXml(text).notes.map(({ pitch }) => pitch)
 */
export function readMusicXml(text: string): NoteSequence {
  const parts = partsOf(xmlRoot(text))
  const played = onTheClock(parts)
  const first = parts[0]
  const qpms = changesOf(played, (index) => parts.flatMap(({ measures }) => measures[index]?.qpms ?? []))
  const tempos = qpms[0]?.at === 0 ? qpms : [{ at: 0, value: DEFAULT_QPM }, ...qpms]
  const segments = tempoSegments(tempos.map(({ at, value }) => ({ tick: at, secondsPerTick: 60 / value })))
  const seconds = (quarters: number): number => secondsAtTick(segments, quarters)
  const { notes, names } = notesOf(parts, played, seconds)
  return {
    ticksPerQuarter: TICKS_PER_QUARTER,
    totalSeconds: notes.reduce((latest, { endSeconds }) => Math.max(latest, endSeconds), 0),
    tempos: tempos.map(({ at, value }) => ({ timeSeconds: seconds(at), qpm: value })),
    timeSignatures: changesOf(played, (index) => first?.measures[index]?.metres ?? []).map(({ at, value }) => {
      return { timeSeconds: seconds(at), ...value }
    }),
    keySignatures: changesOf(played, (index) => first?.measures[index]?.keys ?? []).map(({ at, value }) => {
      return { timeSeconds: seconds(at), ...value }
    }),
    notes,
    startTimeOffsetSeconds: 0,
    instrumentNames: names,
  }
}

/** @throws MusicXmlError for a root that is not a score, and for too many parts. */
function partsOf(root: XmlElement): Part[] {
  const listed = new Map(
    elementsIn(elementAt(root, 'part-list') ?? root, 'score-part').map((part) => [part.attributes['id'] ?? '', part]),
  )
  const found = measuresByPart(root)
  if (found.size > MUSIC_XML_LIMITS.parts)
    throw new MusicXmlError(`limit-parts: ${found.size} parts, more than ${MUSIC_XML_LIMITS.parts}`)
  if (found.size === 0) throw new MusicXmlError('it has no part: it is not a whole score')
  return [...found].map(([id, elements], n) => {
    const about = listed.get(id)
    const midi = about === undefined ? undefined : elementAt(about, 'midi-instrument')
    const program = midi === undefined ? NaN : numberAt(midi, 'midi-program') - 1
    return {
      name: (about === undefined ? '' : textAt(about, 'part-name')) || id || `part ${n + 1}`,
      program: program >= 0 && program <= 127 ? program : 0,
      isDrum: midi !== undefined && numberAt(midi, 'midi-channel') === DRUM_CHANNEL,
      measures: measuresOf(elements),
    }
  })
}

/** The measures of each part, whichever of the two encloses the other. */
function measuresByPart(root: XmlElement): Map<string, XmlElement[]> {
  if (root.name !== 'score-partwise' && root.name !== 'score-timewise')
    throw new MusicXmlError(`it is not a MusicXML score: its root is <${root.name.slice(0, 40)}>`)
  const [outer, inner] = root.name === 'score-partwise' ? ['part', 'measure'] : ['measure', 'part']
  const byPart = new Map<string, XmlElement[]>()
  for (const element of elementsIn(root, outer))
    for (const nested of elementsIn(element, inner)) {
      const id = (outer === 'part' ? element : nested).attributes['id'] ?? ''
      const known = byPart.get(id)
      if (known === undefined) byPart.set(id, [nested])
      else known.push(nested)
    }
  return byPart
}

/** The measures as they are played. A measure is as long as the longest of its parts; an empty one lasts its metre. */
function onTheClock(parts: readonly Part[]): Played[] {
  const count = parts.reduce((most, { measures }) => Math.max(most, measures.length), 0)
  const measures = Array.from({ length: count }, (_, index) => parts.flatMap((part) => part.measures[index] ?? []))
  let bar = 4
  const lengths = measures.map((all) => {
    const metre = all[0]?.metres.at(-1)?.value
    if (metre !== undefined) bar = (4 * metre.numerator) / metre.denominator
    return all.reduce((longest, { length }) => Math.max(longest, length), 0) || bar
  })
  let start = 0
  return measureOrder(measures.map(marksOf)).map((index) => {
    const played = { index, start: exact(start), length: lengths[index] ?? 0 }
    start += played.length
    return played
  })
}

/** What any part says of the order of play. */
function marksOf(all: readonly Measure[]): Marks {
  return {
    forward: all.some(({ forward }) => forward),
    times: all.reduce((most, { times }) => Math.max(most, times), 0),
    ending: all.find(({ ending }) => ending !== null)?.ending ?? null,
    endingStops: all.some(({ endingStops }) => endingStops),
    jumps: Object.assign({}, ...all.map(({ jumps }) => jumps)) as Marks['jumps'],
  }
}

/** Changes as they are heard; the first of several at a place counts, and one to what holds already does not. */
function changesOf<T>(played: readonly Played[], of: (index: number) => readonly Change<T>[]): Change<T>[] {
  const changes: Change<T>[] = []
  for (const { index, start } of played) {
    for (const { at, value } of [...of(index)].sort((a, b) => a.at - b.at)) {
      const time = exact(start + at)
      const last = changes.at(-1)
      const isNew = last === undefined || (last.at < time && JSON.stringify(last.value) !== JSON.stringify(value))
      if (isNew) changes.push({ at: time, value })
    }
  }
  return changes
}

/** Without the rounding of sums, so that a note ends where the next begins. */
const exact = (quarters: number): number => Math.round(quarters * 1e6) / 1e6

/** A note as played, in quarter notes. */
interface SoundingNote {
  readonly pitch: number
  readonly isDrum: boolean
  readonly start: number
  end: number
}

/** The notes voice by voice, and what the voices are called. */
function notesOf(
  parts: readonly Part[],
  played: readonly Played[],
  seconds: (quarters: number) => number,
): { notes: Note[]; names: string[] } {
  const notes: Note[] = []
  const names: string[] = []
  for (const part of parts) {
    const voices = voicesOf(part, played, MUSIC_XML_LIMITS.notes - notes.length)
    for (const [voice, own] of voices) {
      const instrument = names.length
      names.push(voices.size === 1 ? part.name : `${part.name}, ${voiceName(voice)}`)
      if (names.length > MUSIC_XML_LIMITS.voices)
        throw new MusicXmlError(`limit-voices: more than ${MUSIC_XML_LIMITS.voices} voices`)
      for (const { pitch, isDrum, start, end } of own)
        notes.push({
          ...{ instrument, program: part.program, isDrum: isDrum || part.isDrum, pitch, velocity: VELOCITY },
          ...{ startSeconds: seconds(start), endSeconds: seconds(end) },
        })
    }
  }
  return { notes, names }
}

function voiceName(voice: string): string {
  const [staff, number] = voice.split(' ')
  return staff === '1' ? `voice ${number}` : `staff ${staff}, voice ${number}`
}

/** The notes of each voice of a part, in order of their starts, tied ones joined. */
function voicesOf({ measures }: Part, played: readonly Played[], most: number): Map<string, SoundingNote[]> {
  const voices = new Map<string, SoundingNote[]>()
  const tied = new Map<string, SoundingNote>()
  let count = 0
  for (const { index, start } of played) {
    for (const { voice, pitch, isDrum, opensTie, endsTie, ...written } of measures[index]?.notes ?? []) {
      const from = exact(start + written.start)
      const end = exact(from + written.length)
      const key = `${voice} ${pitch}`
      const held = endsTie ? tied.get(key) : undefined
      const isHeld = held !== undefined && Math.abs(held.end - from) < EQUAL
      const note = isHeld ? held : { pitch, isDrum, start: from, end }
      note.end = end
      if (!isHeld) {
        const own = voices.get(voice)
        if (own === undefined) voices.set(voice, [note])
        else own.push(note)
        if (++count > most)
          throw new MusicXmlError(`limit-notes: more than ${MUSIC_XML_LIMITS.notes} notes with all repeats played`)
      }
      if (opensTie) tied.set(key, note)
      else tied.delete(key)
    }
  }
  for (const own of voices.values()) own.sort((a, b) => a.start - b.start)
  return voices
}
