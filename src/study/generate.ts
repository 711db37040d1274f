import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { renderFiles } from '../audio/renderFolder.ts'
import { experiment, nextIteration } from '../config/scales.ts'
import type { MelodyModel } from '../generation/continueMelody.ts'
import { findModel, provenanceOf } from '../generation/findModel.ts'
import { topShare } from '../generation/decode.ts'
import { generateAll, type GeneratedMelody, type Provenance } from '../generation/generate.ts'
import { MAX_CANDIDATES, MAX_WORK } from '../config/limits.ts'
import { openModelFile } from '../generation/modelFile.ts'
import { openDialled } from '../generation/openDialled.ts'
import { type Order, orders } from '../generation/orders.ts'
import type { PrimerMelody } from '../generation/primers.ts'
import { DEFAULT_CANDIDATES, rewritePart } from '../generation/rewriteBars.ts'
import type { Dial } from '../generation/styleDial.ts'
import type { BarRange } from '../generation/choosePrimer.ts'
import { isPrimerFile, type NamedPrimer, readPrimer } from '../generation/readPrimer.ts'
import type { Rewrite } from '../results/control.ts'
import { type Engine, sidecarText } from '../results/sidecar.ts'
import type { Effects } from '../support/effects.ts'
import { itemAt } from '../support/itemAt.ts'
import { UserError, errorCode } from '../support/errors.ts'
import { writeFileAtomic } from '../support/files.ts'
import { systemReason } from '../support/systemProblem.ts'
import type { StudyFolders } from '../support/projectRoot.ts'
import { controlName, controlOf, type ControlRequest } from './controlRequest.ts'

/** A wrong option of `cantus generate`: one line with the value and the remedy. */
export class GenerateOptionError extends UserError {
  override readonly name = 'GenerateOptionError'
}

/** What to generate, and from which weights: of `source`, `iteration` and `checkpoint` exactly one. */
export interface GenerateOptions {
  readonly source?: string
  readonly iteration?: string
  readonly checkpoint?: string
  /** Names, events or files, as on the command line. */
  readonly primers: readonly string[]
  /** Of primers that are files: the track, as `cantus inspect` numbers it. */
  readonly track?: number
  /** Of primers that are files: first and last bar of the score. */
  readonly bars?: BarRange
  /** Steps of a whole melody, primer included. */
  readonly steps?: number
  /** Steps to add instead. */
  readonly newSteps?: number
  /** Several = the melodies at each of them. Absent = as the model's own melodies are drawn, topP and appendix too. */
  readonly temperature?: number | readonly number[]
  /** Of lengths, by a network that reads notes; absent = the same. */
  readonly rhythmTemperature?: number
  readonly topK: number | null
  readonly topP?: number
  readonly beamSize: number
  readonly branchFactor: number
  readonly stepsPerIteration: number
  readonly seed: number
  /** What the melodies are held to; absent = nothing. */
  readonly control?: ControlRequest
  /** Draws bars of the primers again, which are whole melodies then, instead of continuing them. */
  readonly rewrite?: RewriteOptions
  /** Draws from between two models; absent = from the one named. */
  readonly dial?: DialOptions
  /** Melodies a primer. */
  readonly count: number
  /** Absent = portable: the same melody on every machine. */
  readonly engine?: Engine
  readonly out: string
  /** Whether a NOTE_OFF and a NO_EVENT follow the primer, as Magenta appends them. */
  readonly appendix?: boolean
  /** Write over files that are there and differ. */
  readonly force: boolean
  /** Write each melody as sound too. */
  readonly mp3?: boolean
  readonly folders: StudyFolders
}

/** Where between the model named and a second one melodies are drawn from. */
export interface DialOptions extends Dial {
  /** The second model, as a person names it; absent = the iteration that resumes from the first. */
  readonly toward?: string
}

/** Bars to draw again. */
export interface RewriteOptions {
  readonly bars: BarRange
  /** Draws to choose from; absent = 8. */
  readonly candidates?: number
}

/** A generated melody and its files. */
export interface WrittenMelody extends GeneratedMelody {
  /** Path of the MIDI file. */
  readonly path: string
}

/** The study's: 8 bars of sixteenths. */
export const DEFAULT_STEPS = 128

/**
 * Generates melodies and writes each as MIDI with its sidecar into `out`. Nothing is written before all are made.
 * @throws UserError for a wrong option, primer or model, or when a file of another melody is in the way.
 */
export async function generate(options: GenerateOptions, effects: Effects): Promise<WrittenMelody[]> {
  const { folders } = options
  checkOptions(options)
  const path = await findModel(choiceOf(options), folders)
  const file = await openModelFile(path, options.engine)
  const provenance = await provenanceOf(resolve(path), file, folders)
  const own = ownDecoding(provenance, options)
  const sweep = own.temperatures.map((temperature): Asked => ({ ...options, ...own, temperature }))
  const asked = itemAt(sweep, 0)
  const whole = options.rewrite !== undefined
  const given = await Promise.all(
    options.primers.map((text) => readPrimer(text, { ...asked, whole }, effects.reporter)),
  )
  const context = { iteration: provenance.iteration ?? 'custom', reporter: effects.reporter }
  const made = uniquelyNamed(given).flatMap((primer) => sweep.map((each) => ordersOf(primer, context, each)))
  const list = (await Promise.all(made)).flat()
  const { dial } = options
  const melodies = await (dial === undefined
    ? generateAll(file.model, list, provenance, effects)
    : generateAll(...(await dialled({ path, provenance, list }, { ...options, dial })), effects))
  const written = await writeAll(melodies, options)
  if (options.mp3)
    await renderFiles({ files: written.map((each) => each.path), force: true, bitrate: BITRATE }, effects)
  return written
}

/** How melodies are drawn and conditioned: as a person asks, else as the iteration's own are. */
function ownDecoding({ iteration }: Provenance, asked: GenerateOptions): OwnDecoding {
  const own = experiment(iteration ?? '1', 'full').generation
  const { temperature = own.temperature, topP = own.topP ?? 1, appendix = own.appendix ?? true } = asked
  const temperatures = [...new Set(typeof temperature === 'number' ? [temperature] : temperature)]
  return { temperatures, topP: topShare(topP), appendix }
}

interface OwnDecoding {
  readonly temperatures: readonly number[]
  /** Null = draws from all. */
  readonly topP: number | null
  readonly appendix: boolean
}

type Asked = Omit<GenerateOptions, keyof OwnDecoding | 'temperature'> & OwnDecoding & { readonly temperature: number }

/** For sound that is kept: the site's own is smaller. */
export const BITRATE = 128

/** What `generateAll` is given where a dial stands between two models. */
async function dialled(
  { path, provenance, list }: { readonly path: string; readonly provenance: Provenance; readonly list: Order[] },
  { dial, engine, folders }: GenerateOptions & { readonly dial: DialOptions },
): Promise<[MelodyModel, Order[], Provenance]> {
  const { style, by, toward = nextOf(provenance) } = dial
  const second = await findModel({ source: toward }, folders)
  const { checkpoint, checkpointSha256 } = await provenanceOf(resolve(second), await openModelFile(second), folders)
  const model = await openDialled({ general: path, style: second }, { style, by }, engine)
  const named = list.map((order) => ({ ...order, name: order.name.replace(/^it_([^_]+)/, `it_$1_dial_${style}`) }))
  return [model, named, { ...provenance, dial: { style, by, checkpoint, checkpointSha256 } }]
}

/** The iteration that resumes from the one that weights are of. */
function nextOf({ iteration, run }: Provenance): string {
  const next = iteration === null ? undefined : nextIteration(iteration)
  if (next !== undefined) return next
  throw new GenerateOptionError(
    `--style-dial needs a second model, and no iteration resumes from ${iteration ?? run}: name one with --toward MODEL`,
  )
}

function choiceOf({ source, iteration, checkpoint }: GenerateOptions): Parameters<typeof findModel>[0] {
  return {
    ...(source === undefined ? {} : { source }),
    ...(iteration === undefined ? {} : { iteration }),
    ...(checkpoint === undefined ? {} : { checkpoint }),
  }
}

/** Two primers of one name (two files `a.mid`, two lists of events) would write the same files: the later get a number. */
function uniquelyNamed(list: readonly NamedPrimer[]): NamedPrimer[] {
  const counts = new Map<string, number>()
  return list.map((given) => {
    const { name } = given
    const count = (counts.get(name) ?? 0) + 1
    counts.set(name, count)
    return { ...given, name: count === 1 ? name : `${name}-${count}` }
  })
}

interface OrderContext {
  readonly iteration: string
  readonly reporter: Effects['reporter']
}

async function ordersOf(
  { name, primer: given, source }: NamedPrimer,
  { iteration, reporter }: OrderContext,
  options: Asked,
): Promise<Order[]> {
  const { temperature, rhythmTemperature, topK, topP, beamSize, branchFactor, stepsPerIteration, seed } = options
  const engine = options.engine === 'native' ? { engine: options.engine } : {} // sidecars of the portable one say nothing
  const rhythm = rhythmTemperature === undefined ? {} : { rhythmTemperature }
  const decoding = { temperature, ...rhythm, topK, topP, beamSize, branchFactor, stepsPerIteration, ...engine }
  const held = await controlOf(options.control ?? {}, given, { options, reporter, drawing: decoding })
  const control = held.control === undefined ? {} : { control: held.control }
  const { primer, ...part } = partOf(held.primer, options)
  const list = orders(name, primer, options.count, { ...decoding, ...control, ...part, seed, iteration })
  const sweep = options.temperatures.length > 1 ? `t-${temperature}` : ''
  const words = [controlName({ ...primer, ...control }), rewriteName(options), sweep]
    .filter((word) => word !== '')
    .join('_')
  const named = words === '' ? list : list.map((order) => withWords(order, words))
  return source === undefined ? named : named.map((order) => ({ ...order, primerSource: source }))
}

/** The same order under a name that says how it was made. */
const withWords = (order: Order, words: string): Order => ({
  ...order,
  name: order.name.replace(/^it_([^_]+)/, `it_$1_${words}`),
})

const rewriteName = ({ rewrite }: Pick<GenerateOptions, 'rewrite'>): string =>
  rewrite === undefined ? '' : `bars-${rewrite.bars.first}-${rewrite.bars.last}`

/** How much of a primer is given, and how long the melody becomes. */
function partOf(
  primer: PrimerMelody,
  { rewrite, newSteps, steps = DEFAULT_STEPS }: Asked,
): { readonly primer: PrimerMelody; readonly totalSteps: number; readonly rewrite?: Rewrite } {
  const { conditionedOn } = primer
  if (rewrite === undefined)
    return { primer, totalSteps: newSteps === undefined ? steps : conditionedOn.length + newSteps }
  return rewritePart(primer, rewrite.bars, rewrite.candidates ?? DEFAULT_CANDIDATES)
}

function checkOptions(options: GenerateOptions): void {
  const { steps, newSteps, beamSize, branchFactor, track, bars, rewrite } = options
  if (rewrite !== undefined && (steps ?? newSteps) !== undefined)
    throw new GenerateOptionError(
      `--rewrite keeps a melody's length: leave out ${steps === undefined ? '--new-steps' : '--steps'}`,
    )
  if (steps !== undefined && newSteps !== undefined)
    throw new GenerateOptionError(`--steps ${steps} and --new-steps ${newSteps} exclude each other: give only one`)
  if ((track ?? bars) !== undefined && !options.primers.some(isPrimerFile))
    throw new GenerateOptionError(
      `--track and --bars choose a part of a score's file, but no --primer is a file: ${options.primers.join(' ')}`,
    )
  if (beamSize * branchFactor > MAX_CANDIDATES) {
    const product = `--beam-size ${beamSize} times --branch-factor ${branchFactor}`
    throw new GenerateOptionError(`${product} is ${beamSize * branchFactor} candidates (at most ${MAX_CANDIDATES})`)
  }
  const most = Math.floor(MAX_WORK / (beamSize * branchFactor))
  const asked = newSteps ?? steps ?? DEFAULT_STEPS
  if (asked > most)
    throw new GenerateOptionError(`${asked} steps of ${beamSize * branchFactor} candidates: at most ${most}`)
}

async function writeAll(melodies: readonly GeneratedMelody[], options: GenerateOptions): Promise<WrittenMelody[]> {
  try {
    return await writeFiles(melodies, options)
  } catch (error) {
    const code = errorCode(error)
    if (code === undefined) throw error
    throw new GenerateOptionError(`cannot write to ${options.out} (${systemReason(code)}): give another --out DIR`, {
      cause: error,
    })
  }
}

async function writeFiles(
  melodies: readonly GeneratedMelody[],
  { out, force }: GenerateOptions,
): Promise<WrittenMelody[]> {
  const written = melodies.map((melody) => ({ ...melody, path: join(out, `${melody.name}.mid`) }))
  for (const { path, midi } of force ? [] : written) {
    if (existsSync(path) && !midiEquals(await readFile(path), midi))
      throw new GenerateOptionError(`${path} exists and differs: give another --out DIR, or --force to replace it`)
  }
  const files = written.flatMap(({ path, name, midi, sidecar }): [string, string | Uint8Array][] => [
    [path, midi],
    [join(out, `${name}.json`), sidecarText(sidecar)],
  ])
  await writeAllOrNone(files)
  return written
}

/** Files that were not there before are removed again where one of them cannot be written: half a set helps nobody. */
async function writeAllOrNone(files: readonly (readonly [string, string | Uint8Array])[]): Promise<void> {
  const fresh = files.map(([path]) => path).filter((path) => !existsSync(path))
  try {
    for (const [path, data] of files) await writeFileAtomic(path, data)
  } catch (error) {
    for (const path of fresh) await rm(path, { force: true })
    throw error
  }
}

function midiEquals(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}
