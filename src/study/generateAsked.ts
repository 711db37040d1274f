import type { DialWay } from '../config/dial.ts'
import { METRE_NAMES } from '../config/metres.ts'
import type { BarRange } from '../generation/choosePrimer.ts'
import { type Metre, PRIMER_NAMES } from '../generation/primers.ts'
import { starterPrimers } from '../generation/starterPrimers.ts'
import { DEFAULT_DIAL_WAY } from '../generation/styleDial.ts'
import type { ControlRequest } from './controlRequest.ts'
import { GenerateOptionError, type GenerateOptions } from './generate.ts'

const MAX_BAR = 1_000_000

/** Parses `1-4`, or one bar. */
export function parseBars(text: string, flag = '--bars'): BarRange {
  const [, first, last = first] = /^(\d{1,7})(?:-(\d{1,7}))?$/.exec(text.trim()) ?? []
  const range = { first: Number(first), last: Number(last) }
  if (range.first >= 1 && range.last >= range.first && range.last <= MAX_BAR) return range
  throw new GenerateOptionError(`invalid ${flag}: ${text} (first and last bar, counted from 1, such as 1-4)`)
}

/** Parses one of the metres that melodies can be written in. */
export function parseMetre(text: string): Metre {
  const [numerator = 0, denominator = 0] = text.split('/').map(Number)
  if (METRE_NAMES.some((name) => name === text)) return { numerator, denominator }
  throw new GenerateOptionError(`invalid --metre: ${text} (one of ${METRE_NAMES.join(', ')})`)
}

/** What the options of a command ask of `generate`. */
export interface GenerateAsked
  extends
    ControlRequest,
    Omit<GenerateOptions, 'source' | 'primers' | 'topK' | 'out' | 'folders' | 'dial' | 'control' | 'rewrite'> {
  readonly rewrite?: BarRange
  readonly candidates?: number
  readonly styleDial?: number
  readonly toward?: string
  readonly dialBy?: DialWay
  readonly primer?: string[]
  readonly topK?: number
}

/** The options of `generate` that a command asks for. @throws GenerateOptionError for a part of what was left out. */
export function generateRequest(asked: GenerateAsked): Omit<GenerateOptions, 'out' | 'folders'> {
  const { primer = ['onenote'], topK = null, rewrite: _bars, ...rest } = asked
  const primers = primer.flatMap((text) => GROUPS[text] ?? [text])
  return { ...rest, ...dialOf(asked), ...controlOf(asked), ...rewriteOf(asked), primers, topK }
}

/** What the options say of a second model. */
function dialOf({ styleDial: style, toward, dialBy }: GenerateAsked): Pick<GenerateOptions, 'dial'> {
  if (style !== undefined)
    return { dial: { style, by: dialBy ?? DEFAULT_DIAL_WAY, ...(toward === undefined ? {} : { toward }) } }
  const alone = toward === undefined ? (dialBy === undefined ? null : '--dial-by') : '--toward'
  if (alone === null) return {}
  throw new GenerateOptionError(`${alone} is a part of --style-dial: add that, such as --style-dial 0.5`)
}

const CONTROLS = [
  'key',
  'softKey',
  'metre',
  'accent',
  'keepRhythm',
  'keepPitches',
  'density',
  'range',
  'stepwise',
  'repetition',
] as const satisfies readonly (keyof ControlRequest)[]

function controlOf(options: GenerateAsked): Pick<GenerateOptions, 'control'> {
  if (options.softKey === true && options.key === undefined)
    throw new GenerateOptionError('--soft-key is a part of --key: add that, such as --key primer')
  const asked = CONTROLS.filter((name) => options[name] !== undefined)
  return asked.length === 0 ? {} : { control: Object.fromEntries(asked.map((name) => [name, options[name]])) }
}

function rewriteOf({ rewrite: bars, candidates }: GenerateAsked): Pick<GenerateOptions, 'rewrite'> {
  if (bars !== undefined) return { rewrite: { bars, ...(candidates === undefined ? {} : { candidates }) } }
  if (candidates === undefined) return {}
  throw new GenerateOptionError('--candidates is a part of --rewrite: add that, such as --rewrite 5-6')
}

/** Names that stand for several primers. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  all: PRIMER_NAMES,
  starter: starterPrimers.map(({ choice }) => choice),
}
