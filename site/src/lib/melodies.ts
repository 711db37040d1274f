// Measured at build, by the arithmetic of the musical evaluation: pure functions of a melody's notes that never reach a
// browser. The published report has means alone; what stands beside one melody is that melody's own value.
import { VOICES, voiceColour } from '../../../src/charts/palette.ts'
import { isOneOf } from '../../../src/support/records.ts'
import type { LayerNote, RollLayer, RollMelody } from '../../../src/charts/pianoRoll.ts'
import { pitchClassName, pitchName } from '../../../src/melody/pitchName.ts'
import { measureContinuation } from '../../../src/evaluation/musical/continuation.ts'
import { findKey, type FoundKey } from '../../../src/evaluation/musical/keys.ts'
import {
  DEVELOPED_NOTES,
  developments,
  type Occurrence,
  type Transformation,
  TRANSFORMATIONS,
} from '../../../src/evaluation/musical/motifs.ts'
import { pieceOf } from '../../../src/evaluation/musical/piece.ts'
import { PRIMER_NAMES } from '../../../src/generation/primers.ts'
import type { MusicalReport, NearestMelody } from '../../../src/results/musicalReport.ts'
import { type MelodyNote, melodyNotes } from '../../../src/melody/melody.ts'
import { primerTitle } from './format.ts'
import { href } from './links.ts'
import { pieceTitle } from './pieceTitle.ts'
import { byPrimer, type Iteration, loadIterations, loadMusic, type PublishedMelody } from './study.ts'
import { itemAt, valueAt } from '../../../src/support/itemAt.ts'

/** A published melody with the iteration that made it. */
export interface HeardMelody {
  readonly melody: PublishedMelody
  readonly iteration: Iteration
  /** A, B, C…: the iteration's place in the study. */
  readonly letter: string
}

/** The melodies of one primer and number, an iteration each: what is compared. */
export interface MelodyRow {
  readonly number: number
  readonly heard: readonly HeardMelody[]
}

interface PrimerGroup {
  readonly primer: string
  readonly events: readonly number[]
  readonly rows: readonly MelodyRow[]
}

/** All melodies by primer and number, in the study's order. */
export function melodyGroups(): PrimerGroup[] {
  const iterations = loadIterations()
  const owner = new Map(iterations.flatMap((iteration) => iteration.melodies.map(({ id }) => [id, iteration] as const)))
  const all = iterations.flatMap(({ melodies }) => melodies)
  return byPrimer(all, PRIMER_NAMES).map(({ primer, melodies }) => {
    const numbers = [...new Set(melodies.map(({ number }) => number))]
    const heard = (melody: PublishedMelody): HeardMelody => {
      const iteration = valueAt(owner, melody.id)
      return { melody, iteration, letter: String.fromCharCode(65 + iterations.indexOf(iteration)) }
    }
    return {
      primer,
      events: itemAt(melodies, 0).sidecar.primerEvents,
      rows: numbers.map((number) => ({
        number,
        heard: melodies
          .filter((melody) => melody.number === number)
          .map(heard)
          .sort((a, b) => a.letter.localeCompare(b.letter)),
      })),
    }
  })
}

/** @example melodyName(melody) // 'Bach, number 2' */
export const melodyName = ({ sidecar, number }: PublishedMelody): string =>
  `${primerTitle(sidecar.primer)}, number ${number}`

/** How its events were drawn from the model's probabilities. @example drawnBy(sidecar) // 'temperature 1, top 5' */
export function drawnBy({ beamSize, temperature, topK, topP }: PublishedMelody['sidecar']): string {
  if (beamSize > 1) return `beam search of ${beamSize}`
  return `temperature ${temperature}${topK === null ? '' : `, top ${topK}`}${topP === null ? '' : `, top p ${topP}`}`
}

/** What the script of the melodies' pages reads off a melody's cell: its attributes. */
export function cellAttributes({ melody, iteration, letter }: HeardMelody): Record<string, string | number> {
  const { id, folder, sidecar } = melody
  const { stepsPerQuarter } = iteration.result.config.data.extraction
  const name = melodyName(melody)
  return {
    id,
    style: isOneOf(VOICES, iteration.name) ? `--voice:${voiceColour(iteration.name)}` : '',
    'aria-label': `Iteration ${iteration.name}: ${name}`,
    'data-letter': letter,
    'data-iteration': iteration.name,
    'data-title': name,
    'data-page': href(`melodies/${id}/`),
    'data-sound': href(`melodies/${folder}/${id}.mp3`),
    'data-midi': href(`melodies/${folder}/${id}.mid`),
    'data-steps': sidecar.events.length,
    'data-steps-per-second': (sidecar.qpm / 60) * stepsPerQuarter,
    'data-steps-per-bar': 4 * stepsPerQuarter,
    'data-first-step': melodyFacts(melody).notes[0]?.startStep ?? 0,
  }
}

/** The melody as a roll draws it. */
export const rollOf = ({ sidecar }: PublishedMelody): RollMelody => ({
  events: sidecar.events,
  primerSteps: sidecar.primerEvents.length,
})

interface MelodyFacts {
  readonly notes: readonly MelodyNote[]
  /** Of the whole melody. */
  readonly key: FoundKey | null
  /** Every metric of what was added to the primer; NaN where it has no value. */
  readonly values: Readonly<Record<string, number>>
  /** Repeated motifs of the whole melody. */
  readonly occurrences: readonly Occurrence[]
}

const known = new Map<string, MelodyFacts>()

/** What is measured of a melody; once a build. */
export function melodyFacts({ id, sidecar }: PublishedMelody): MelodyFacts {
  const name = `${id} ${sidecar.midiSha256}`
  const before = known.get(name)
  if (before !== undefined) return before
  const { events, conditionedOn, primer } = sidecar
  const piece = pieceOf(events)
  const facts: MelodyFacts = {
    notes: piece.notes,
    key: findKey(piece),
    values: measureContinuation(primer, events, conditionedOn.length).values,
    occurrences: developments(piece),
  }
  known.set(name, facts)
  return facts
}

/**
 * What the model did where it added no note, in a sentence; null if it added one.
 * @example nothingAdded(melody) // 'The model added nothing: it held silence to the end.'
 */
export function nothingAdded(melody: PublishedMelody): string | null {
  const { conditionedOn } = melody.sidecar
  const { notes } = melodyFacts(melody)
  if (notes.some(({ startStep }) => startStep >= conditionedOn.length)) return null
  const rings = (notes.at(-1)?.endStep ?? 0) > conditionedOn.length
  return `The model added nothing: it held ${rings ? 'the last note' : 'silence'} to the end.`
}

export const keyText = (key: FoundKey | null): string =>
  key === null ? 'no key' : `${pitchClassName(key.tonic)} ${key.mode}`

/** Class of a transformation's notes. */
export const motifClass = (by: Transformation): string => by.replaceAll(' ', '-')

interface MotifLayer {
  readonly layer: RollLayer
  /** How often each transformation occurs; those that do not are left out. */
  readonly counts: readonly { readonly by: Transformation; readonly count: number }[]
}

/**
 * Where motifs repeat: each note takes the most exact repetition that covers it. Notes of what repeats later
 * and is itself no repetition are of the kind `first`.
 */
export function motifLayer({ notes, occurrences }: MelodyFacts, stepsPerBar = 16): MotifLayer {
  const counts = TRANSFORMATIONS.map((by) => ({ by, count: occurrences.filter((each) => each.by === by).length }))
  const covering = new Map<number, Occurrence>()
  for (const by of TRANSFORMATIONS) {
    for (const each of occurrences.filter((occurrence) => occurrence.by === by)) {
      for (let n = each.to; n < each.to + DEVELOPED_NOTES; n++) if (!covering.has(n)) covering.set(n, each)
    }
  }
  const place = (n: number): string => `bar ${Math.floor(itemAt(notes, n).startStep / stepsPerBar) + 1}`
  const layerNotes = [...covering].map(([n, { from, to, by }]): LayerNote => ({
    ...itemAt(notes, n),
    kind: motifClass(by),
    title: `${pitchName(itemAt(notes, n).pitch)}: the motif of ${place(from)}${by === 'exact' ? '' : `, ${by},`} again in ${place(to)}`,
  }))
  const origins = new Set(
    occurrences.flatMap(({ from }) => Array.from({ length: DEVELOPED_NOTES }, (_, n) => from + n)),
  )
  const firstNotes = [...origins]
    .filter((n) => !covering.has(n))
    .map((n): LayerNote => ({
      ...itemAt(notes, n),
      kind: 'first',
      title: `${pitchName(itemAt(notes, n).pitch)}: of a repeated motif`,
    }))
  return {
    layer: { name: 'motifs', notes: [...firstNotes, ...layerNotes] },
    counts: counts.filter(({ count }) => count > 0),
  }
}

/** The training melody a published one is nearest to, and what of it may be drawn. */
interface NearestView {
  readonly nearest: NearestMelody
  /** What to call it: its title, or its file. */
  readonly title: string
  /** Its notes over the melody's; null if they may not be shown, were not kept, or are of another draw. */
  readonly layer: RollLayer | null
  /** Why the list is empty. */
  readonly reason: string | null
}

/** Null where nothing was published about it. */
export function nearestView({ id, sidecar }: PublishedMelody): NearestView | null {
  const nearest = loadMusic()?.nearest.find(({ melody }) => melody === id)
  if (nearest === undefined) return null
  const title = nearest.title ?? pieceTitle(nearest.id ?? '')
  const without = (reason: string | null): NearestView => ({ nearest, title, layer: null, reason })
  if (nearest.moves === 0) return without(null)
  const { overlay } = nearest
  if (overlay === undefined) return without('Its notes were not kept with these results.')
  if (overlay === null)
    return without(
      `Its notes are not shown: its licence (${nearest.licence ?? 'none stated'}) does not say that this is allowed.`,
    )
  const from = sidecar.conditionedOn.length
  const own = melodyNotes(sidecar.events.slice(from)).slice(nearest.start, nearest.start + nearest.moves + 1)
  const its = melodyNotes(overlay.events)
  const laid = new Set(its.map(({ pitch, startStep }) => `${pitch} ${startStep}`))
  // The evaluation's engine draws as the published one does, but for a rare draw.
  if (!own.every(({ pitch, startStep }) => laid.has(`${pitch} ${startStep}`)))
    return without('Its notes are not shown: the stretch was found in another draw of this melody.')
  const shared = new Set(own.map(({ pitch, startStep }) => `${pitch} ${startStep}`))
  const notes = its.map(({ pitch, startStep, endStep }): LayerNote => {
    const isShared = shared.has(`${pitch} ${startStep}`)
    return {
      ...{ pitch, startStep: startStep + from, endStep: endStep + from },
      kind: isShared ? 'shared' : 'its-own',
      title: `${pitchName(pitch - overlay.semitones)} of the training melody${isShared ? ', shared' : ''}`,
    }
  })
  return { nearest, title, layer: { name: 'nearest', notes }, reason: null }
}

/** One measure of a melody, with what it stands beside. */
export interface MeasureRow {
  readonly id: string
  readonly criterion: string
  readonly title: string
  readonly unit: string
  readonly formula: string
  /** NaN where it has none; `undefinedWhen` says why. */
  readonly value: number
  readonly undefinedWhen: string
  /** 5th, 25th, 50th, 75th and 95th percentile of human melodies cut to the same length. */
  readonly human: readonly number[] | null
  /** Mean of all continuations of this primer by this iteration. */
  readonly cell: number
  /** Of the study's melody of the same name. */
  readonly study: number
}

const orNaN = (value: number | null | undefined): number => value ?? NaN

/** Every measure of a melody; none without a published musical evaluation. */
export function measureRows({ melody, iteration }: Pick<HeardMelody, 'melody' | 'iteration'>): MeasureRow[] {
  const report = loadMusic()
  if (report === null) return []
  const { values } = melodyFacts(melody)
  const study = report.studyPieces?.[melody.id]
  return report.definitions.map(({ id, criterion, title, unit, formula, undefinedWhen }) => {
    const metric = report.metrics.find((each) => each.id === id)
    return {
      ...{ id, criterion, title, unit, formula, undefinedWhen },
      value: settled(orNaN(values[id])),
      human: humanBand(report, id),
      cell: orNaN(metric?.cells[`ours ${iteration.name}`]?.[melody.sidecar.primer]?.value),
      study: orNaN(study?.[id]),
    }
  })
}

/** What sums of rounded terms leave of 0 is 0. */
const settled = (value: number): number => (Math.abs(value) < 1e-9 ? 0 : value)

/** Percentiles of the general human melodies, first bars; null if none has a value. */
function humanBand(report: MusicalReport, id: string): readonly number[] | null {
  const percentiles = report.metrics.find((each) => each.id === id)?.sets['human general']?.percentiles
  return percentiles?.every(Number.isFinite) ? percentiles : null
}

/** Shares that stand under each melody in the list, as they are named there. */
export const HEADLINE_MEASURES = [
  { id: 'modeShare', title: 'in its mode' },
  { id: 'stepwiseShare', title: 'steps' },
  { id: 'samePitchShare', title: 'repeated' },
  { id: 'motifCoverage', title: 'in motifs' },
] as const

/** A published melody by its id. */
export const melodyOf = (id: string): PublishedMelody | undefined =>
  loadIterations()
    .flatMap(({ melodies }) => melodies)
    .find((melody) => melody.id === id)

/** How many pitches the stretch has that a melody shares with its nearest: a repeated note is not a theme. */
export function sharedPitches({ melody: id, start, moves }: NearestMelody): number | null {
  const melody = melodyOf(id)
  if (melody === undefined) return null
  const { events, conditionedOn } = melody.sidecar
  const added = melodyNotes(events.slice(conditionedOn.length))
  return new Set(added.slice(start, start + moves + 1).map(({ pitch }) => pitch)).size
}
