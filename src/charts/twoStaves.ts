import { melodyFromEvents } from '../melody/melody.ts'
import { melodyToAbc } from '../melody/written/melodyToAbc.ts'
import type { ScoreKey } from '../melody/written/spelling.ts'
import { drawAbc } from '../score/drawAbc.ts'

/** Two voices that sound together. */
export interface TwoVoices {
  readonly title: string
  readonly voices: readonly [readonly number[], readonly number[]]
  readonly stepsPerBar: number
  readonly key?: ScoreKey | null
}

/** Pixels of a line of music: it fits the cell of a notebook. */
const WIDTH = 860

/**
 * Two voices as two staves: an SVG per line of music, with its glyphs inside.
 * @example twoStaves({ title: 'Duet', voices: [[60, -2], [57, -2]], stepsPerBar: 16 })
 */
export function twoStaves({ title, voices, stepsPerBar, key = null }: TwoVoices): string[] {
  const scores = voices.map((events) => melodyToAbc(melodyFromEvents(events, { stepsPerBar }), { title, key }))
  const [upper, lower] = scores.map(partsOf)
  if (upper === undefined || lower === undefined) return []
  const abc = [
    ...['X:1', '%%score [1 2]', ...upper.head, `V:1 ${upper.clef}`, `V:2 ${lower.clef}`, `K:${upper.key}`],
    ...['[V:1]', ...upper.music, '[V:2]', ...lower.music, ''],
  ]
  return drawAbc(abc.join('\n'), { width: WIDTH })
}

/** The fields of a tune in ABC that hold for both voices, and what is its own. */
function partsOf(abc: string) {
  const lines = abc.trimEnd().split('\n')
  const at = lines.findIndex((line) => line.startsWith('K:'))
  const [key = 'C', clef = 'clef=treble'] = lines[at]?.slice(2).split(' ') ?? []
  return { head: lines.slice(0, at).filter((line) => /^[ML]:/.test(line)), key, clef, music: lines.slice(at + 1) }
}
