import { PITCHES } from '../../dataset/tokenClasses.ts'
import type { Adjustment, ControlPart } from './adjustment.ts'
import type { LineNote, Played } from './played.ts'
import { tilt } from './tilts.ts'
import { itemAt } from '../../support/itemAt.ts'

/** Notes that the memory goes back. */
const MEMORY_NOTES = 200
/** Moves of the shortest figure, which has three notes; a figure and its repetition share at most one note. */
const FIGURE_MOVES = 2
const GAIN = 1
const MOST = 6

/** How a line continued where it was in the same place before, and how much of it repeats. */
interface Memory {
  /** Share of the notes that lie in a figure which repeats. */
  readonly covered: number
  /** Moves after the same move earlier, the latest first. */
  readonly followers: readonly Move[]
}

interface Move {
  readonly interval: number
  readonly steps: number
}

/**
 * So large a share of the notes in a motif of three notes or more that repeats, in whatever key: what followed the same move before
 * becomes likelier, or less likely, in its rhythm and its interval, until the share is right.
 */
export function repetitionPart(share: number): ControlPart {
  let known: { readonly line: Played['line']; readonly memory: Memory } | null = null
  return {
    name: 'repetition',
    adjust: ({ line, step }) => {
      const last = line.at(-1)
      if (last === undefined) return {}
      if (known?.line !== line) known = { line, memory: memoryOf(line) }
      const { covered, followers } = known.memory
      const weight = tilt((share - covered) * Math.min(line.length, MEMORY_NOTES), GAIN, MOST)
      return weight === 0 || followers.length === 0 ? {} : toward(followers, { last, step, weight })
    },
  }
}

interface Place {
  readonly last: LineNote
  readonly step: number
  readonly weight: number
}

/** Weighs what was heard before: it waits while no follower is due, and moves as those do that are. */
function toward(followers: readonly Move[], { last, step, weight }: Place): Adjustment {
  // Above 0 the latest is enough to follow; below 0 all are to be avoided.
  const meant = weight > 0 ? followers.slice(0, 1) : followers
  const due = meant.filter(({ steps }) => last.step + steps === step)
  const isLater = meant.some(({ steps }) => last.step + steps > step)
  if (due.length === 0) return weight > 0 && isLater ? { kinds: [0, 0, -weight] } : {}
  const pitches = new Float64Array(PITCHES)
  for (const { interval } of due) {
    const pitch = last.pitch + interval
    if (pitch >= 0 && pitch < PITCHES) pitches[pitch] = weight
  }
  return { kinds: [0, 0, weight > 0 ? weight : 0], pitches }
}

function memoryOf(line: Played['line']): Memory {
  const recent = line.slice(-MEMORY_NOTES)
  const moves = recent.slice(1).map((note, n): Move => {
    return { interval: note.pitch - itemAt(recent, n).pitch, steps: note.step - itemAt(recent, n).step }
  })
  const names = moves.map(({ interval, steps }) => `${interval}:${steps}`)
  const followers: Move[] = []
  for (let n = names.length - FIGURE_MOVES; n >= 0; n--)
    if (names[n] === names.at(-1)) followers.push(itemAt(moves, n + 1))
  return { covered: coveredOf(moves, names) / Math.max(1, recent.length), followers }
}

/** Notes in figures that come twice, as `motifCoverage` counts them. */
function coveredOf(moves: readonly Move[], names: readonly string[]): number {
  const places = new Map<string, number[]>()
  for (let start = 0; start + FIGURE_MOVES <= moves.length; start++) {
    if (moves.slice(start, start + FIGURE_MOVES).every(({ interval }) => interval === 0)) continue
    const name = names.slice(start, start + FIGURE_MOVES).join(' ')
    const list = places.get(name)
    if (list === undefined) places.set(name, [start])
    else list.push(start)
  }
  const covered = new Uint8Array(moves.length + 1)
  for (const starts of places.values()) {
    const [first = 0, last = 0] = [starts[0], starts.at(-1)]
    for (const start of starts)
      if (start - first >= FIGURE_MOVES || last - start >= FIGURE_MOVES)
        covered.fill(1, start, start + FIGURE_MOVES + 1)
  }
  return covered.reduce((sum, one) => sum + one, 0)
}
