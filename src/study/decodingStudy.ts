import { topShare } from '../generation/decode.ts'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { z } from 'zod'
import type { MelodyRow } from '../dataset/dataset.ts'
import { measurePiece, METRICS, tonicOf } from '../evaluation/musical/metrics.ts'
import { meanOf, pieceOf } from '../evaluation/musical/piece.ts'
import { cliffsDelta } from '../evaluation/statistics.ts'
import { continueMany, type ManyJob } from '../generation/continueMany.ts'
import type { ModelFile } from '../generation/modelFile.ts'
import { primerOfEvents } from '../generation/primers.ts'
import { type DecodingReport, type DecodingRow, decodingRowSchema, type DecodingSetting } from '../results/decoding.ts'
import type { Effects } from '../support/effects.ts'
import { InterruptedError, UserError } from '../support/errors.ts'
import { sha256, writeFileAtomic } from '../support/files.ts'
import { itemAt, propertyOf } from '../support/itemAt.ts'
import { seedFrom } from '../support/random.ts'
import { readStoredIfThere } from '../support/readStored.ts'

/** The grid, as the rule states it. */
const TEMPERATURES: readonly number[] = [0.7, 0.8, 0.9, 1]
const TOP_PS: readonly number[] = [0.8, 0.9, 0.95, 1]
/** Bars that are given, and bars of a melody in all: as long as what is published. */
const PRIMER_BARS = 2
const BARS = 8
/** Melodies that are continued, unless fewer are asked for. */
const MELODIES = 300
/** Absolute Cliff's delta up to which two sets are near: below a medium effect (Romano et al. 2006). */
const NEAR = 0.33
/** Melodies that are continued side by side. */
const AT_ONCE = 50

/** What the study of decoding is made from; `openDecoding` opens it. */
export interface DecodingMaterial {
  readonly file: ModelFile
  readonly iteration: string
  readonly run: string
  readonly step: number
  readonly corpus: string
  /** Another model, drawn from plainly on the same primers; null = none. */
  readonly beside: { readonly file: ModelFile; readonly iteration: string } | null
  /** The validation side. */
  readonly melodies: readonly MelodyRow[]
  /** Where finished rows are kept, so that the same command resumes. */
  readonly folder: string
}

/** Options of `decodingStudy`. */
export interface DecodingOptions {
  /** Melodies that are continued at most. */
  readonly limit?: number
  readonly seed?: number
}

/**
 * Which way of drawing from a network of notes comes nearest to people: it continues the first two bars of validation melodies
 * with every setting of a grid, and takes the one whose continuations have the least mean absolute Cliff's delta to the people's
 * own in the measures of the musical evaluation. At the best of the grid it then tries other temperatures of rhythm, and the
 * note-off that Magenta appends to primers.
 * @throws InterruptedError; what was finished is kept.
 */
export async function decodingStudy(
  material: DecodingMaterial,
  { limit = MELODIES, seed = 1 }: DecodingOptions,
  effects: Effects,
): Promise<DecodingReport> {
  const melodies = chosenMelodies(material.melodies, limit)
  const people = melodies.map((melody) => measured(melody, melody.events, givenSteps(melody)))
  const { run, step, corpus, file } = material
  const rows = await measuredRows(material, { melodies, people, seed, effects })
  return {
    format: 'cantus-decoding-1',
    checkpointSha256: file.sha256,
    ...{ run, step, corpus, seed },
    ...{ melodies: melodies.length, primerBars: PRIMER_BARS, bars: BARS },
    people: meansOf(people),
    ...rows,
    chosen: nearest([...rows.grid, ...rows.further]).setting,
  }
}

/** The grid, what is tried at its best, and the model beside. */
async function measuredRows(
  material: DecodingMaterial,
  study: Omit<Study, 'onDone'>,
): Promise<Pick<DecodingReport, 'grid' | 'further' | 'beside'>> {
  const { file, iteration, beside } = material
  const count = gridSettings().length + TEMPERATURES.length + (beside === null ? 0 : 1)
  const bar = study.effects.reporter.bar('Continuing melodies', count * study.melodies.length, 'continuations')
  const kept = await openRows(material, study)
  let before = 0
  const rowOf = async (asked: Asked): Promise<DecodingRow> => {
    const name = nameOf(asked)
    const onDone = (done: number): void => bar.update(before + done, name)
    const row = await kept.take(name, () => measuredRow({ ...study, onDone }, asked))
    before += study.melodies.length
    onDone(0)
    return row
  }
  try {
    const grid: DecodingRow[] = []
    for (const setting of gridSettings()) grid.push(await rowOf({ file, iteration, setting }))
    const further: DecodingRow[] = []
    for (const setting of furtherSettings(nearest(grid).setting))
      further.push(await rowOf({ file, iteration, setting }))
    return { grid, further, beside: beside && (await rowOf({ ...beside, setting: PLAIN })) }
  } finally {
    bar.stop()
  }
}

/** As the study's own models are drawn from and conditioned. */
const PLAIN: DecodingSetting = { temperature: 1, topP: 1, appendix: true }

function gridSettings(): DecodingSetting[] {
  return TEMPERATURES.flatMap((temperature) => TOP_PS.map((topP) => ({ temperature, topP, appendix: false })))
}

function furtherSettings(best: DecodingSetting): DecodingSetting[] {
  const rhythms = TEMPERATURES.filter((temperature) => temperature !== best.temperature)
  return [{ ...best, appendix: true }, ...rhythms.map((rhythmTemperature) => ({ ...best, rhythmTemperature }))]
}

/** The row of least distance, of several the first. */
function nearest(rows: readonly DecodingRow[]): DecodingRow {
  return rows.reduce((best, row) => (row.distance < best.distance ? row : best), itemAt(rows, 0))
}

const givenSteps = ({ stepsPerBar }: MelodyRow): number => PRIMER_BARS * stepsPerBar
const wholeSteps = ({ events, stepsPerBar }: MelodyRow): number => Math.min(events.length, BARS * stepsPerBar)

/** Evenly spaced melodies with a bar or more to continue, one of each family. */
function chosenMelodies(all: readonly MelodyRow[], most: number): MelodyRow[] {
  const families = new Set<string>()
  const usable = all.filter((melody) => {
    if (wholeSteps(melody) < givenSteps(melody) + melody.stepsPerBar || families.has(melody.family)) return false
    families.add(melody.family)
    return true
  })
  if (usable.length === 0)
    throw new UserError(
      `none of ${all.length} validation melodies is longer than ${PRIMER_BARS + 1} bars: choose a larger corpus`,
    )
  const count = Math.min(most, usable.length)
  return Array.from({ length: count }, (_, n) => itemAt(usable, Math.floor((n * usable.length) / count)))
}

type Values = Readonly<Record<string, number>>

/** The measures of what follows the first `from` steps; its home is the key it is in. */
function measured(melody: MelodyRow, events: readonly number[], from: number): Values {
  const { stepsPerBar, stepsPerQuarter } = melody
  const whole = events.slice(0, wholeSteps(melody))
  const piece = pieceOf(whole, { from, stepsPerBar, stepsPerQuarter })
  const primer = pieceOf(melody.events.slice(0, givenSteps(melody)), { stepsPerBar, stepsPerQuarter })
  return measurePiece(piece, { tonic: tonicOf(piece), primer })
}

interface Study {
  readonly melodies: readonly MelodyRow[]
  readonly people: readonly Values[]
  readonly seed: number
  readonly effects: Effects
  /** Called with the number of melodies that are continued. */
  readonly onDone: (done: number) => void
}

interface Asked {
  readonly file: ModelFile
  readonly iteration: string
  readonly setting: DecodingSetting
}

const nameOf = ({ iteration, setting }: Pick<Asked, 'iteration' | 'setting'>): string => {
  const { temperature, rhythmTemperature, topP, appendix } = setting
  const rhythm = rhythmTemperature === undefined ? '' : `, rhythm ${rhythmTemperature}`
  return `${iteration}: temperature ${temperature}${rhythm}, top-p ${topP}${appendix ? ', note-off appended' : ''}`
}

async function measuredRow({ melodies, people, seed, effects, onDone }: Study, asked: Asked): Promise<DecodingRow> {
  const { file, iteration, setting } = asked
  const jobs = melodies.map((melody) => jobOf(melody, setting, seed))
  const values: Values[] = []
  for (let first = 0; first < jobs.length; first += AT_ONCE) {
    const some = jobs.slice(first, first + AT_ONCE)
    const made = await continueMany(file.model, some, async () => {
      await setImmediate()
      if (effects.signal.aborted)
        throw new InterruptedError('stopped: the settings that are finished are kept, the same command resumes')
    })
    made.forEach(({ events }, n) => {
      const { conditionedOn } = itemAt(some, n)
      values.push(measured(itemAt(melodies, first + n), events, conditionedOn.length))
    })
    onDone(values.length)
  }
  return { model: iteration, setting, ...compared(people, values), means: meansOf(values) }
}

function jobOf(melody: MelodyRow, { topP, appendix, ...temperatures }: DecodingSetting, seed: number): ManyJob {
  const { events, stepsPerBar } = melody
  return {
    ...temperatures,
    topK: null,
    topP: topShare(topP),
    conditionedOn: primerOfEvents(events.slice(0, givenSteps(melody)), appendix).conditionedOn,
    totalSteps: wholeSteps(melody),
    timeSignature: { numerator: stepsPerBar, denominator: 16 },
    seed: seedFrom(seed, melody.id),
  }
}

const valuesOf = (rows: readonly Values[], id: string): number[] => rows.map((values) => propertyOf(values, id))

function compared(
  people: readonly Values[],
  ours: readonly Values[],
): Pick<DecodingRow, 'distance' | 'measures' | 'near' | 'deltas'> {
  const deltas = METRICS.map(({ id }) => [id, cliffsDelta(valuesOf(people, id), valuesOf(ours, id))] as const)
  const sizes = deltas.map(([, delta]) => Math.abs(delta)).filter((size) => !Number.isNaN(size))
  return {
    distance: meanOf(sizes),
    measures: sizes.length,
    near: sizes.filter((size) => size <= NEAR).length,
    deltas: Object.fromEntries(deltas),
  }
}

function meansOf(rows: readonly Values[]): Record<string, number> {
  return Object.fromEntries(
    METRICS.map(({ id }) => [id, meanOf(valuesOf(rows, id).filter((value) => !Number.isNaN(value)))]),
  )
}

const keptSchema = z.object({
  format: z.literal('cantus-decoding-rows-1'),
  rows: z.record(z.string(), decodingRowSchema),
})

interface KeptRows {
  /** The row of that name as it is kept, or made and then kept. */
  take(name: string, make: () => Promise<DecodingRow>): Promise<DecodingRow>
}

/** Finished rows of the same weights and melodies. */
async function openRows(
  { file, beside, folder }: DecodingMaterial,
  { melodies, seed }: Pick<Study, 'melodies' | 'seed'>,
): Promise<KeptRows> {
  const asked = [
    file.sha256,
    beside?.file.sha256 ?? null,
    seed,
    METRICS.map(({ id }) => id),
    melodies.map(({ id }) => id),
  ]
  const path = join(folder, `${sha256(JSON.stringify(asked)).slice(0, 16)}.json`)
  const kept = await readStoredIfThere(path, keptSchema, 'delete it: the study makes it again')
  const rows = { ...kept?.rows }
  return {
    async take(name, make) {
      const row = rows[name] ?? (await make())
      if (rows[name] === undefined) {
        rows[name] = row
        await writeFileAtomic(path, `${JSON.stringify({ format: 'cantus-decoding-rows-1', rows })}\n`)
      }
      return row
    },
  }
}
