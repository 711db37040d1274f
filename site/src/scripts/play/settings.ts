import { commandLineEvents, parsePrimerText, primerText, PrimerTextError } from './primerText.ts'
import { STEPS_PER_BAR } from '../../../../src/melody/melody.ts'
import { MAX_SEED } from '../../../../src/support/random.ts'

/** All settings of a melody made on the page; a link holds them. */
export interface Settings {
  readonly iteration: string
  readonly primer: readonly number[]
  readonly temperature: number
  /** Draws only from the likeliest that have this share together; 1 = from all. */
  readonly topP: number
  readonly beam: number
  readonly seed: number
  /** Length of the whole melody, primer included. */
  readonly bars: number
  readonly qpm: number
  /** Whether a NOTE_OFF and a NO_EVENT follow the primer, as in the study. */
  readonly rest: boolean
}

/** A model of the page: its name, and how its own melodies are drawn where that is not as in the study. */
export interface ModelStandard {
  readonly iteration: string
  readonly temperature?: number
  readonly topP?: number
  readonly appendix?: boolean
}

/** The study's primers by name: handed in, so that the page need not load what else is known of primers. */
export type Presets = Readonly<Record<string, readonly number[]>>

export const BEAMS = [1, 2, 4, 8] as const
export const MAX_BARS = 64
export const MAX_TEMPERATURE = 2
export const TEMPERATURE_STEP = 0.05
/** Shares of the likeliest that the page offers. */
export const TOP_SHARES = [0.8, 0.9, 0.95, 1] as const
export const MIN_QPM = 40
export const MAX_QPM = 240
/** Continuations tried of each candidate where there are several. */
const BRANCHES = 2

const STANDARD_PRIMER = 'major'
/** The model a visitor meets first, where it is published; else the last. */
const STANDARD_MODEL = '3.1'

export function defaultSettings(models: readonly ModelStandard[], presets: Presets): Settings {
  const model = models.find(({ iteration }) => iteration === STANDARD_MODEL) ?? models.at(-1)
  const common = { primer: presets[STANDARD_PRIMER] ?? [60], beam: 1, seed: 1, bars: 8, qpm: 120 }
  return { ...ownSettings(model ?? { iteration: '' }), ...common }
}

/** What a model is asked for unless a visitor says otherwise: as its published melodies were. */
export function ownSettings({
  iteration,
  temperature = 1,
  topP = 1,
  appendix = true,
}: ModelStandard): Pick<Settings, 'iteration' | 'temperature' | 'topP' | 'rest'> {
  return { iteration, temperature, topP, rest: appendix }
}

/** The settings with another model: what a visitor left as it was becomes the new model's own. */
export function withModel(settings: Settings, before: ModelStandard, after: ModelStandard): Settings {
  const [old, own] = [ownSettings(before), ownSettings(after)]
  return {
    ...settings,
    iteration: after.iteration,
    temperature: settings.temperature === old.temperature ? own.temperature : settings.temperature,
    topP: settings.topP === old.topP ? own.topP : settings.topP,
    rest: settings.rest === old.rest ? own.rest : settings.rest,
  }
}

/** The study's name of a primer, where it is one of its seven; else `custom`, as on the command line. */
export function primerName(events: readonly number[], presets: Presets): string {
  return Object.keys(presets).find((name) => presets[name]?.join() === events.join()) ?? 'custom'
}

/**
 * The settings as the part of an address after the #.
 * @example formatSettings(defaultSettings([{ iteration: '1' }], presets), presets) // 'it=1&primer=major&t=1&p=1&beam=1&seed=1&bars=8&bpm=120&rest=1'
 */
export function formatSettings(settings: Settings, presets: Presets): string {
  const { iteration, primer, temperature, topP, beam, seed, bars, qpm, rest } = settings
  const name = primerName(primer, presets)
  const shown = name === 'custom' ? primerText(primer) : name
  const values = {
    it: iteration,
    primer: shown,
    t: temperature,
    p: topP,
    beam,
    seed,
    bars,
    bpm: qpm,
    rest: rest ? 1 : 0,
  }
  return Object.entries(values)
    .map(([key, value]) => `${key}=${value}`)
    .join('&')
}

interface ReadSettings {
  readonly settings: Settings
  /** One sentence for each value that could not be used and what stands in for it. */
  readonly problems: readonly string[]
  /** Whether the address named all that decides a melody, and nothing wrong. */
  readonly isWhole: boolean
}

/** What a value is called, and which values are valid. */
type Words = readonly [what: string, remedy: string]

/** The settings of an address; a wrong value is replaced by the default, and said. */
export function parseSettings(hash: string, models: readonly ModelStandard[], presets: Presets): ReadSettings {
  const given = new URLSearchParams(hash.replace(/^#/, ''))
  const problems: string[] = []
  const read = <T>(key: string, fallback: T, [what, remedy]: Words, parse: (text: string) => T | undefined): T => {
    const text = given.get(key)
    if (text === null) return fallback
    const value = parse(text)
    if (value !== undefined) return value
    problems.push(
      `The link’s ${what} “${text.slice(0, 40)}” cannot be used (${remedy}): ${String(fallback)} stands in for it.`,
    )
    return fallback
  }
  const iterations = models.map(({ iteration }) => iteration)
  const usual = defaultSettings(models, presets)
  const iteration = read('it', usual.iteration, ['iteration', iterations.join(', ')], (text) =>
    iterations.find((name) => name === text),
  )
  const standard = { ...usual, ...ownSettings(models.find((model) => model.iteration === iteration) ?? usual) }
  const settings: Settings = {
    iteration,
    primer: readPrimer(given.get('primer'), presets, standard.primer, problems),
    temperature: read('t', standard.temperature, ['temperature', `0 to ${MAX_TEMPERATURE}`], parseTemperature),
    topP: read('p', standard.topP, ['share of the likeliest', 'above 0, at most 1'], parseShare),
    beam: read('beam', standard.beam, ['beam', BEAMS.join(', ')], (text) =>
      BEAMS.find((beam) => String(beam) === text),
    ),
    seed: read('seed', standard.seed, ['seed', `a whole number from 0 to ${MAX_SEED}`], whole(0, MAX_SEED)),
    bars: read('bars', standard.bars, ['number of bars', `1 to ${MAX_BARS}`], whole(1, MAX_BARS)),
    qpm: read('bpm', standard.qpm, ['tempo', `${MIN_QPM} to ${MAX_QPM}`], whole(MIN_QPM, MAX_QPM)),
    rest: given.get('rest') === null ? standard.rest : given.get('rest') !== '0',
  }
  const isWhole = problems.length === 0 && ['it', 'primer', 'seed'].every((key) => given.has(key))
  return { settings, problems, isWhole }
}

function readPrimer(
  text: string | null,
  presets: Presets,
  fallback: readonly number[],
  problems: string[],
): readonly number[] {
  if (text === null) return fallback
  const preset = Object.hasOwn(presets, text) ? presets[text] : undefined
  if (preset !== undefined) return preset
  try {
    return parsePrimerText(text)
  } catch (error) {
    if (!(error instanceof PrimerTextError)) throw error
    problems.push(
      `The link’s primer cannot be used: ${error.message}. The primer “${STANDARD_PRIMER}” stands in for it.`,
    )
    return fallback
  }
}

/** A parser of a whole number within bounds. */
export function whole(least: number, most: number): (text: string) => number | undefined {
  return (text) => {
    const value = /^\d{1,10}$/.test(text.trim()) ? Number(text) : NaN
    return value >= least && value <= most ? value : undefined
  }
}

/** A temperature that the slider can stand at. */
function parseTemperature(text: string): number | undefined {
  const value = /^\d(\.\d{1,2})?$/.test(text) ? Number(text) : NaN
  if (!(value <= MAX_TEMPERATURE)) return undefined
  return Number((Math.round(value / TEMPERATURE_STEP) * TEMPERATURE_STEP).toFixed(2))
}

function parseShare(text: string): number | undefined {
  const value = /^[01](\.\d{1,3})?$/.test(text) ? Number(text) : NaN
  return value > 0 && value <= 1 ? value : undefined
}

export const branches = (beam: number): number => (beam === 1 ? 1 : BRANCHES)

/** The command that writes the same melody, at 120 quarter notes per minute. */
export function commandLine(settings: Settings, presets: Presets): string {
  const { iteration, primer, temperature, topP, beam, seed, bars, rest } = settings
  const name = primerName(primer, presets)
  return [
    `npx cantus generate ${iteration}`,
    `--primer ${name === 'custom' ? `"${commandLineEvents(primer)}"` : name}`,
    `--steps ${bars * STEPS_PER_BAR} --temperature ${temperature} --top-p ${topP}`,
    ...(beam === 1 ? [] : [`--beam-size ${beam} --branch-factor ${branches(beam)}`]),
    `--seed ${seed}`,
    ...(rest ? [] : ['--no-appendix']),
  ].join(' \\\n  ')
}
