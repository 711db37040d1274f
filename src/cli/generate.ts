import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { renderFiles } from '../audio/renderFolder.ts'
import { findModel, MODEL_NAMES_HELP, provenanceOf } from '../generation/findModel.ts'
import { generateAll, type GeneratedMelody } from '../generation/generate.ts'
import { MAX_CANDIDATES, MAX_STEPS, MAX_WORK } from '../config/limits.ts'
import { openModelFile } from '../generation/modelFile.ts'
import { type Order, orders } from '../generation/orders.ts'
import type { BarRange } from '../generation/choosePrimer.ts'
import { PRIMER_NAMES } from '../generation/primers.ts'
import { isPrimerFile, type NamedPrimer, readPrimer } from '../generation/readPrimer.ts'
import { type Regenerated, regenerate } from '../generation/regenerate.ts'
import { sidecarText, type Engine } from '../results/sidecar.ts'
import type { Scale } from '../config/experimentConfig.ts'
import { counted } from '../support/text/counted.ts'
import type { Effects } from '../support/effects.ts'
import { UserError } from '../support/errors.ts'
import { writeFileAtomic } from '../support/files.ts'
import { systemReason } from '../support/systemProblem.ts'
import { printable } from '../support/text/printable.ts'
import type { StudyFolders } from '../support/projectRoot.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { resultsThere } from '../study/studyResults.ts'
import { collect, parseSeed, realNumber, wholeNumber } from '../support/terminal/optionParsers.ts'
import { withResults } from '../study/resultsOptions.ts'
import { printResult } from '../support/terminal/printLines.ts'

/** A wrong option of `cantus generate`: one line with the value and what would do. */
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
  readonly temperature: number
  readonly topK: number | null
  readonly topP: number | null
  readonly beamSize: number
  readonly branchFactor: number
  readonly stepsPerIteration: number
  readonly seed: number
  /** Melodies a primer. */
  readonly count: number
  /** Absent = portable: the same melody on every machine. */
  readonly engine?: Engine
  readonly out: string
  /** Whether a NOTE_OFF and a NO_EVENT follow the primer, as Magenta appends them. */
  readonly appendix: boolean
  /** Write over files that are there and differ. */
  readonly force: boolean
  /** Write each melody as sound too. */
  readonly mp3?: boolean
  readonly folders: StudyFolders
}

export interface WrittenMelody extends GeneratedMelody {
  /** Path of the MIDI file. */
  readonly path: string
}

/** The study's: 8 bars of sixteenths. */
const DEFAULT_STEPS = 128
const MAX_COUNT = 10_000

/**
 * Generates melodies and writes each as MIDI with its sidecar into `out`. Nothing is written before all are made.
 * @throws UserError for a wrong option, primer or model, or when a file of another melody is in the way.
 */
export async function generate(options: GenerateOptions, effects: Effects): Promise<WrittenMelody[]> {
  const { folders } = options
  checkOptions(options)
  const given = await Promise.all(options.primers.map((text) => readPrimer(text, options, effects.reporter)))
  const path = await findModel(choiceOf(options), folders)
  const file = await openModelFile(path, options.engine)
  const provenance = await provenanceOf(resolve(path), file, folders)
  const iteration = provenance.iteration ?? 'custom'
  const list = uniquelyNamed(given).flatMap((primer) => ordersOf(primer, iteration, options))
  const melodies = await generateAll(file.model, list, provenance, effects)
  const written = await writeAll(melodies, options)
  if (options.mp3)
    await renderFiles({ files: written.map((each) => each.path), force: true, bitrate: BITRATE }, effects)
  return written
}

/** For sound that is kept: the site's own is smaller. */
const BITRATE = 128

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

function ordersOf({ name, primer, source }: NamedPrimer, iteration: string, options: GenerateOptions): Order[] {
  const { temperature, topK, topP, beamSize, branchFactor, stepsPerIteration, seed, newSteps } = options
  const totalSteps = newSteps === undefined ? (options.steps ?? DEFAULT_STEPS) : primer.conditionedOn.length + newSteps
  const engine = options.engine === 'native' ? { engine: options.engine } : {} // sidecars of the portable one say nothing
  const decoding = { temperature, topK, topP, beamSize, branchFactor, stepsPerIteration, ...engine }
  const list = orders(name, primer, options.count, { ...decoding, seed, iteration, totalSteps })
  return source === undefined ? list : list.map((order) => ({ ...order, primerSource: source }))
}

function checkOptions(options: GenerateOptions): void {
  const { steps, newSteps, beamSize, branchFactor, track, bars } = options
  if (steps !== undefined && newSteps !== undefined)
    throw new GenerateOptionError(`--steps ${steps} and --new-steps ${newSteps} exclude one another: give one of them`)
  if ((track ?? bars) !== undefined && !options.primers.some(isPrimerFile))
    throw new GenerateOptionError(
      `--track and --bars choose a part of a MIDI or ABC file, and no --primer is one: ${options.primers.join(' ')}`,
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
    const { code } = error as NodeJS.ErrnoException
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
      throw new GenerateOptionError(`${path} is there already and differs: another --out DIR, or --force`)
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

const MAX_BAR = 1_000_000

/** `1-4`, or one bar. */
function parseBars(text: string): BarRange {
  const [, first, last = first] = /^(\d{1,7})(?:-(\d{1,7}))?$/.exec(text.trim()) ?? []
  const range = { first: Number(first), last: Number(last) }
  if (range.first >= 1 && range.last >= range.first && range.last <= MAX_BAR) return range
  throw new GenerateOptionError(`invalid --bars: ${text} (first and last bar, counted from 1, such as 1-4)`)
}

const MAX_TEMPERATURE = 100
const temperature = realNumber(
  '--temperature',
  `a number from 0, always the likeliest, to ${MAX_TEMPERATURE}; 1 is the model's own`,
  (value) => value === 0 || (value >= 0.001 && value <= MAX_TEMPERATURE),
)
const topP = realNumber('--top-p', 'a number above 0, up to 1', (value) => value > 0 && value <= 1)

/** The options as commander parses them. */
interface CommandOptions {
  iteration?: string
  checkpoint?: string
  primer?: string[]
  track?: number
  bars?: BarRange
  steps?: number
  newSteps?: number
  temperature: number
  topK?: number
  topP?: number
  beamSize: number
  branchFactor: number
  stepsPerIteration: number
  seed: number
  count: number
  engine: Engine
  out?: string
  mp3: boolean
  appendix: boolean
  force: boolean
  from?: string
  results?: string
  scale?: Scale
  corpus: string[]
  style: string[]
  json: boolean
}

const PRIMER_HELP = `
Primers from files:
  song.mid                       the first four bars of its first melody
  song.mid#2                     the second melody that "cantus melodies song.mid" lists
  song.mid --bars 5-8            these bars, of the first melody that sounds in them
  song.mid --track 3 --bars 5-8  these bars of track 3, as "cantus inspect song.mid" numbers it
  book.abc#12                    the tune X:12 of a tunebook; book.abc#12#2 is its second melody
Bars may hold changes of tempo, but only one metre, which the melodies keep.`

/** Adds `cantus generate` to the program. */
export function registerGenerate(program: Command): void {
  withResults(program.command('generate [source]'))
    .summary('continue primers with a trained model, or write a published melody again')
    .description(
      'Continues primers with a trained model; each melody is written as MIDI with a sidecar JSON that regenerates it.\n' +
        `SOURCE is ${MODEL_NAMES_HELP}.`,
    )
    .option('--iteration <name>', 'the published model of iteration 1, 2.1 or 2.2')
    .option('--checkpoint <file>', 'a file of weights, or a run folder')
    .option(
      '--primer <primer>',
      `${PRIMER_NAMES.join(', ')}, all; a MIDI or ABC file (its first four bars); or events such as "60,-2,62" (-1 note off, -2 no event); may be repeated (default: onenote)`,
      collect,
    )
    .option(
      '--track <n>',
      'of a file: the track to take, as cantus inspect numbers it',
      wholeNumber('--track', 0, 0x7fff * 128),
    )
    .option('--bars <a-b>', 'of a file: the bars to take, counted in the score, both included', parseBars)
    .option(
      '--steps <n>',
      `steps in all, the primer and what is appended to it included (default: ${DEFAULT_STEPS})`,
      wholeNumber('--steps', 2, MAX_STEPS),
    )
    .option('--new-steps <n>', 'steps to add, instead of --steps', wholeNumber('--new-steps', 1, MAX_STEPS))
    .option('--temperature <t>', 'below 1 safer, above 1 wilder, 0 always the likeliest event', temperature, 1)
    .option('--top-k <n>', 'draw from the n likeliest events only', wholeNumber('--top-k', 1, 1000))
    .option('--top-p <p>', 'draw from the fewest likeliest events that hold this share', topP)
    .option('--beam-size <n>', 'candidates a beam search keeps', wholeNumber('--beam-size', 1, MAX_CANDIDATES), 1)
    .option(
      '--branch-factor <n>',
      'continuations of each candidate',
      wholeNumber('--branch-factor', 1, MAX_CANDIDATES),
      1,
    )
    .option(
      '--steps-per-iteration <n>',
      'steps between two prunings',
      wholeNumber('--steps-per-iteration', 1, MAX_STEPS),
      1,
    )
    .option('--seed <n>', 'each melody derives its own seed from it', parseSeed, 1)
    .option('--count <n>', 'melodies a primer', wholeNumber('--count', 1, MAX_COUNT), 1)
    .addOption(
      new Option(
        '--engine <engine>',
        'portable: the same melody on every machine; native: several times as fast for many melodies or beams',
      )
        .choices(['portable', 'native'])
        .default('portable'),
    )
    .option('--out <path>', 'folder to write to (default: generated); with --from the file or folder')
    .option('--mp3', `write each melody as sound too: an MP3 of ${BITRATE} kbit/s beside its MIDI file`, false)
    .option('--no-appendix', 'condition on the primer alone, without the note-off and hold that Magenta appends')
    .option('--force', 'write over other melodies of the same name', false)
    .addOption(new Option('--from <sidecar>', 'write the MIDI file of this sidecar JSON again, byte for byte'))
    .option('--json', 'a line of JSON a melody on standard output', false)
    .addHelpText('after', PRIMER_HELP)
    .action(async (source: string | undefined, options: CommandOptions, command: Command) => {
      if (options.from !== undefined) return runFrom(options.from, source, options, command)
      return runGenerate(source, options)
    })
}

async function runGenerate(source: string | undefined, options: CommandOptions): Promise<void> {
  const { results, scale, corpus, style, ...given } = options
  const { primer = ['onenote'], topK = null, topP: share = null, json, out = 'generated', ...rest } = given
  const names = primer.flatMap((text) => (text === 'all' ? [...PRIMER_NAMES] : [text]))
  const request = { ...rest, ...(source === undefined ? {} : { source }) }
  const effects = cliEffects()
  const { folders } = await resultsThere({ results, scale, corpus, style }, effects)
  const written = await generate({ ...request, primers: names, topK, topP: share, out, folders }, effects)
  for (const melody of written) process.stdout.write(`${json ? jsonLine(melody) : textLine(melody)}\n`)
}

/** Options that change nothing about a melody that a sidecar describes. */
const WITH_FROM = new Set(['from', 'out', 'checkpoint', 'results', 'json'])

async function runFrom(
  sidecar: string,
  source: string | undefined,
  { out, checkpoint, results, json }: CommandOptions,
  command: Command,
): Promise<void> {
  const others = Object.keys(command.opts()).filter(
    (name) => !WITH_FROM.has(name) && command.getOptionValueSource(name) === 'cli',
  )
  if (source !== undefined || others.length > 0) {
    const extra = source ?? command.options.find((option) => option.attributeName() === others[0])?.long ?? others[0]
    throw new GenerateOptionError(`--from takes everything from the sidecar: leave out ${extra}`)
  }
  const result = await regenerate(sidecar, {
    root: (await resultsThere({ results, corpus: [], style: [] }, cliEffects())).folders.root,
    ...(out === undefined ? {} : { out }),
    ...(checkpoint === undefined ? {} : { checkpoint }),
  })
  printResult({ file: result.path, ...result }, json, regeneratedLine)
}

function regeneratedLine({ path, bytes, midiSha256 }: Regenerated): string {
  return `${printable(path)}: ${counted(bytes, 'byte')}, sha256 ${midiSha256}: the same as the sidecar's`
}

function jsonLine({ path, sidecar }: WrittenMelody): string {
  return JSON.stringify({ file: path, ...sidecar })
}

function textLine({ path, sidecar }: WrittenMelody): string {
  const { events, conditionedOn, logLikelihood } = sidecar
  const notes = events.filter((event) => event >= 0).length
  const mean = logLikelihood / (events.length - conditionedOn.length)
  return `${printable(path)}  ${counted(events.length, 'step')}, ${counted(notes, 'note')}, ${mean.toFixed(2)} nats per new step`
}
