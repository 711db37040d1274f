import { isOneOf } from '../support/records.ts'

/** Colours of a chart. Each is a CSS colour; `cssPalette` holds variables, so a page can turn dark without a redraw. */
export interface Palette {
  /** Text. */
  readonly ink: string
  /** Axes, ticks and what is said in passing. */
  readonly muted: string
  readonly grid: string
  /** The first series: training, or what a model generated. */
  readonly first: string
  /** Text upon the first colour. */
  readonly onFirst: string
  /** The second series: a primer, or melodies that were not trained on. */
  readonly second: string
  /** What stands beside for comparison: a baseline, what a model did before. */
  readonly given: string
  /** Behind the black keys of a piano roll. */
  readonly shade: string
  readonly background: string
  // Who made a melody or a number has one colour on every page, in every chart and notebook: a voice.
  readonly voicePerson: string
  readonly voicePpm: string
  readonly voiceStudy: string
  readonly voice1: string
  readonly voice21: string
  readonly voice22: string
  readonly voice31: string
  readonly voice32: string
}

// Okabe and Ito's hues, which the common colour blindnesses keep apart, darkened or lightened to 4.5:1 on the ground.
/** Colours on a light ground. */
export const lightPalette: Palette = {
  ink: '#1f2328',
  muted: '#59636e',
  grid: '#d9dee3',
  first: '#0069a8',
  onFirst: '#ffffff',
  second: '#b34700',
  given: '#6e7781',
  shade: '#f1f3f5',
  background: '#ffffff',
  voicePerson: '#1f2328',
  voicePpm: '#6e7781',
  voiceStudy: '#a03c26',
  voice1: '#7d6500',
  voice21: '#0069a8',
  voice22: '#0b7a53',
  voice31: '#8a3fb0',
  voice32: '#b3227a',
}

/** Colours on a dark ground. */
export const darkPalette: Palette = {
  ink: '#e6edf3',
  muted: '#9ba6b2',
  grid: '#343b43',
  first: '#5cb8f0',
  onFirst: '#0d1117',
  second: '#f0a04b',
  given: '#8b949e',
  shade: '#1b2128',
  background: '#0d1117',
  voicePerson: '#e6edf3',
  voicePpm: '#8b949e',
  voiceStudy: '#f08a6c',
  voice1: '#d1b93a',
  voice21: '#5cb8f0',
  voice22: '#35c495',
  voice31: '#cf9bf0',
  voice32: '#f58cc6',
}

/** Names of the custom properties a page sets; light colours stand in where it does not. */
const variable = (name: keyof Palette): string => `var(--chart-${name}, ${lightPalette[name]})`

/** The default: every colour is `var(--chart-<name>, <light colour>)`. */
export const cssPalette: Palette = {
  ink: variable('ink'),
  muted: variable('muted'),
  grid: variable('grid'),
  first: variable('first'),
  onFirst: variable('onFirst'),
  second: variable('second'),
  given: variable('given'),
  shade: variable('shade'),
  background: variable('background'),
  voicePerson: variable('voicePerson'),
  voicePpm: variable('voicePpm'),
  voiceStudy: variable('voiceStudy'),
  voice1: variable('voice1'),
  voice21: variable('voice21'),
  voice22: variable('voice22'),
  voice31: variable('voice31'),
  voice32: variable('voice32'),
}

/** The declarations a page needs for `cssPalette`, to be put into a rule: `:root { … }`. */
export function paletteCss(palette: Palette): string {
  return Object.entries(palette)
    .map(([name, colour]) => `--chart-${name}: ${colour};`)
    .join(' ')
}

/** Who makes melodies, in the order the report hears them. */
export const VOICES = ['person', '1', '2.1', '2.2', '3.1', '3.2', 'ppm', 'study'] as const
/** Who makes melodies. */
export type Voice = (typeof VOICES)[number]

const VOICE_COLOURS = {
  person: 'voicePerson',
  ppm: 'voicePpm',
  study: 'voiceStudy',
  '1': 'voice1',
  '2.1': 'voice21',
  '2.2': 'voice22',
  '3.1': 'voice31',
  '3.2': 'voice32',
} as const satisfies Readonly<Record<Voice, keyof Palette>>

/** The colour of a voice. */
export const voiceColour = (voice: Voice, palette: Palette = cssPalette): string => palette[VOICE_COLOURS[voice]]

/**
 * The colour of whoever a set of melodies or a predictor is of: its voice's, else that of what stands beside for comparison.
 * @example colourOf('ours 2.1') // that of voice 2.1; so has 'iteration 2.1'
 */
export function colourOf(name: string, palette: Palette = cssPalette): string {
  const [first = '', ...rest] = name.split(/[ ,(]+/)
  const words: Readonly<Record<string, Voice>> = { human: 'person', study: 'study', PPM: 'ppm' }
  const voice = words[first] ?? [first, ...rest].find((word) => isOneOf(VOICES, word))
  return isOneOf(VOICES, voice) ? voiceColour(voice, palette) : palette.given
}

/** A scale of colours for these names, each as `colourOf` has it. */
export const scaleOfVoices = (names: readonly string[], palette: Palette): { domain: string[]; range: string[] } => ({
  domain: [...names],
  range: names.map((name) => colourOf(name, palette)),
})
