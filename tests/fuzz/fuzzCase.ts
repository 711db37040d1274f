import type * as Melodies from '../../src/dataset/scoreToMelodies.ts'
import type * as ReadAbc from '../../src/score/readAbc.ts'
import type * as ReadMidi from '../../src/score/readMidi.ts'
import type * as RandomStreams from '../../src/support/random.ts'
import type * as MutateAbc from './mutateAbc.ts'
import type * as MutateMidi from './mutateMidi.ts'

export type FuzzKind = 'midi' | 'abc'

/** What is tested and what tests it; handed in, since a benchmark runs the compiled project and a test its sources. */
export type FuzzTools = Pick<typeof ReadMidi, 'readMidi'> &
  Pick<typeof ReadAbc, 'readAbc'> &
  Pick<typeof Melodies, 'scoreToMelodies' | 'DEFAULT_EXTRACTION'> &
  Pick<typeof RandomStreams, 'mulberry32' | 'seedFrom'> &
  Pick<typeof MutateMidi, 'mutateMidi'> &
  Pick<typeof MutateAbc, 'mutateAbc'>

/** Sound files and tunes that are then damaged; neither list may be empty. */
export interface FuzzSources {
  readonly midi: readonly Uint8Array[]
  readonly abc: readonly string[]
}

export interface FuzzResult {
  /** `melodies`, `no melody`, or the name of the error that refused it, `limit-…` where that is what fired. */
  readonly outcome: string
  /** What no input may cause: another error than the readers', or a melody that cannot be. `null` when all is well. */
  readonly defect: string | null
}

/** How a reader refuses what it cannot read. */
const REFUSALS = new Set(['MidiConversionError', 'AbcConversionError', 'MelodyLimitError'])

/** The n-th damaged score of a kind; it depends on the seed, the kind, `n` and the sources alone. */
export function fuzzInput(kind: FuzzKind, n: number, seed: number, sources: FuzzSources, tools: FuzzTools) {
  const random = tools.mulberry32(tools.seedFrom(seed, kind, n))
  const one = <T>(items: readonly T[]): T => items[Math.floor(random.next() * items.length)] as T
  if (kind === 'abc') return tools.mutateAbc(one(sources.abc), one(sources.abc), random)
  return tools.mutateMidi(one(sources.midi), one(sources.midi), random)
}

/** Reads a damaged score and extracts its melodies, strict and loose. Never throws. */
export function runFuzzCase(input: Uint8Array | string, tools: FuzzTools): FuzzResult {
  try {
    const score = typeof input === 'string' ? tools.readAbc(input) : tools.readMidi(input)
    let melodies = 0
    for (const ignorePolyphonic of [false, true]) {
      const parts = tools.scoreToMelodies(score, { ...tools.DEFAULT_EXTRACTION, ignorePolyphonic })
      const impossible = parts.flatMap((part) => part.melodies).find((melody) => !isMelody(melody))
      if (impossible) return { outcome: 'impossible melody', defect: JSON.stringify(impossible).slice(0, 500) }
      melodies += parts.reduce((sum, part) => sum + part.melodies.length, 0)
    }
    return { outcome: melodies > 0 ? 'melodies' : 'no melody', defect: null }
  } catch (error) {
    return refusal(error)
  }
}

function refusal(error: unknown): FuzzResult {
  if (!(error instanceof Error)) return { outcome: 'no Error thrown', defect: String(error) }
  const limit = /^limit-[a-z-]+/.exec(error.message)?.[0]
  const outcome = limit === undefined ? error.name : `${error.name} ${limit}`
  return { outcome, defect: REFUSALS.has(error.name) ? null : (error.stack ?? error.message) }
}

/** Whole steps, a length that is what its ends say, and events that are a pitch, a note-off or no event. */
function isMelody({ events, startStep, endStep }: { events: readonly number[]; startStep: number; endStep: number }) {
  if (!Number.isInteger(startStep) || startStep < 0 || endStep - startStep !== events.length) return false
  return events.every((event) => Number.isInteger(event) && event >= -2 && event <= 127)
}

/** Tunes of our own for when no corpus is at hand; each shows another corner of the notation. */
export const SAMPLE_TUNES: readonly string[] = [
  'X:1\nT:Repeats\nM:4/4\nL:1/8\nQ:1/4=100\nK:G\n|:GABc dedB|dedB dedB|c2ec B2dB|c2A2 A2BA:|\n|:GABc dedB|1 AGFA G4:|2 AGFA G2D2|]\n',
  'X:2\nT:Jig\nM:6/8\nL:1/8\nK:Edor\nBE/E/E BEB|(3ABA F D2F|~G3 {a}gfe|^dB=c _A>G F<E|z2E [EGB]2z|"Em"E3-E3|]\n',
  'X:3\nT:Two voices\nM:3/4\nL:1/4\nK:Dm\nV:1\nD E F|G2 A|!segno!B c d|[K:F]e2 f|\nV:2\nD,2 A,|F,2 G,|D,3|A,,2 C|\n',
  'X:4\nT:Parts\nP:ABA\nM:C|\nL:1/8\nK:A mix\nP:A\nA2ce a2gf|e2d2 c2B2|\nP:B\na4 g4|[M:2/4]f2e2|[1 d4:|[2 A4|]\nw:la la-la_ la\n',
]
