import { mulberry32, shuffled } from '../../support/random.ts'
import { interOnsetsOf, intervalsOf, meanOf, notesByBar, type Piece } from './piece.ts'
import { pitchClass } from '../../melody/pitchName.ts'
import { itemAt, valueAt } from '../../support/itemAt.ts'

/**
 * How alike a bar and the one `lag` bars later are, on average: the notes (place in the bar, pitch) they share over those
 * that either has. 0-1; pairs of empty bars are left out; NaN without pairs.
 */
export function barSimilarity(piece: Piece, lag: number): number {
  const bars = notesByBar(piece).map((notes) => new Set(notes.map(({ pitch, startStep }) => `${startStep} ${pitch}`)))
  const pairs = bars.slice(0, Math.max(0, bars.length - lag)).map((bar, n) => [bar, itemAt(bars, n + lag)] as const)
  return meanOf(pairs.filter(([a, b]) => a.size + b.size > 0).map(([a, b]) => overlap(a, b)))
}

function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = [...a].filter((note) => b.has(note)).length
  return shared / (a.size + b.size - shared)
}

/** Phrases of the parsing of Lempel and Ziv (1976): each the shortest stretch that did not come before. */
export function lempelZivPhrases(symbols: readonly number[]): number {
  const text = symbols.map((symbol) => String.fromCharCode(symbol)).join('')
  let [phrases, start] = [0, 0]
  while (start < text.length) {
    let length = 1
    // It may overlap itself: only its last symbol must lie outside what came before.
    while (
      start + length <= text.length &&
      text.slice(0, start + length - 1).includes(text.slice(start, start + length))
    )
      length++
    phrases++
    start += length
  }
  return phrases
}

const SHUFFLES = 10
/** Moves of a long piece that are parsed: the parsing takes time with their square. */
const MOST_MOVES = 1000

/**
 * Lempel-Ziv phrases of the moves (interval and rhythm) over those of the same moves shuffled, on average: below 1 the order
 * repeats itself. About 0 to 1; NaN for fewer than eight moves.
 */
export function lempelZivRatio(piece: Pick<Piece, 'notes'>, seed = 1): number {
  const interOnsets = interOnsetsOf(piece)
  const names = new Map<string, number>()
  const moves = intervalsOf(piece)
    .slice(0, MOST_MOVES)
    .map((interval, n) => {
      const name = `${interval}:${itemAt(interOnsets, n)}`
      if (!names.has(name)) names.set(name, names.size)
      return valueAt(names, name)
    })
  if (moves.length < 8) return NaN
  const random = mulberry32(seed)
  const mixed = Array.from({ length: SHUFFLES }, () => lempelZivPhrases(shuffled(moves, random)))
  return lempelZivPhrases(moves) / meanOf(mixed)
}

/** Cosine of the pitch classes that sound in each quarter with those of each other: [frames][frames], 0-1, 1 with itself. */
export function selfSimilarity(piece: Piece): number[][] {
  const frames = chromaFrames(piece)
  return frames.map((a, n) => frames.map((b, m) => (n === m ? 1 : cosine(a, b))))
}

function chromaFrames({ notes, steps, stepsPerQuarter }: Piece): number[][] {
  const frames = Array.from({ length: Math.ceil(steps / stepsPerQuarter) }, () => new Array<number>(12).fill(0))
  for (const { pitch, startStep, endStep } of notes) {
    for (let step = startStep; step < endStep; step++) {
      const frame = itemAt(frames, Math.floor(step / stepsPerQuarter))
      frame[pitchClass(pitch)] = itemAt(frame, pitchClass(pitch)) + 1
    }
  }
  return frames
}

function cosine(a: readonly number[], b: readonly number[]): number {
  const dot = (x: readonly number[], y: readonly number[]): number =>
    x.reduce((sum, value, n) => sum + value * itemAt(y, n), 0)
  const norms = Math.sqrt(dot(a, a) * dot(b, b))
  return norms === 0 ? 0 : dot(a, b) / norms
}

/** Frames of a long piece that are looked at: the time grows with the fourth power of their number. */
export const MOST_FRAMES = 64

/**
 * How well one stretch of `from` to `to` frames explains the whole by repetitions of itself: the highest fitness of the scape
 * plot (Müller, Jiang & Grosche 2013), 0-1. MusDr's structureness indicator takes the same of audio; this one of the
 * notes, by quarters. NaN for fewer than `from` frames.
 */
export function structureness(similarity: readonly (readonly number[])[], from: number, to: number): number {
  const frames = Math.min(similarity.length, MOST_FRAMES)
  if (frames < from) return NaN
  const flat = flatten(similarity, frames)
  let highest = 0
  for (let length = from; length <= Math.min(to, frames); length++) {
    for (let start = 0; start + length <= frames; start++) {
      highest = Math.max(highest, fitnessOf(flat, frames, start, length))
    }
  }
  return highest
}

function flatten(similarity: readonly (readonly number[])[], frames: number): Float64Array {
  const flat = new Float64Array(frames * frames)
  for (let n = 0; n < frames; n++) flat.set(itemAt(similarity, n).slice(0, frames), n * frames)
  return flat
}

/**
 * Fitness of the stretch of `length` frames from `start`: the harmonic mean of how well and how much of the whole its best
 * family of paths explains, each without what any stretch explains of itself.
 */
export function fitness(similarity: readonly (readonly number[])[], start: number, length: number): number {
  return fitnessOf(flatten(similarity, similarity.length), similarity.length, start, length)
}

const TINY = 1e-16

function fitnessOf(similarity: Float64Array, frames: number, start: number, length: number): number {
  const scores = accumulatedScores(similarity, frames, start, length)
  const { cells, coverage } = pathFamily(scores, frames, length)
  const last = (frames - 1) * (length + 1)
  const score = Math.max(itemAt(scores, last), itemAt(scores, last + length))
  const wellness = (score - length) / (cells + TINY)
  const extent = (coverage - length) / (frames + TINY)
  return (2 * wellness * extent) / (wellness + extent + TINY)
}

/** Best score of a family of paths up to each frame [frames, length + 1]; column 0 is between two paths. */
function accumulatedScores(similarity: Float64Array, frames: number, start: number, length: number): Float64Array {
  const width = length + 1
  const scores = new Float64Array(frames * width).fill(-Infinity)
  scores[0] = 0
  scores[1] = itemAt(similarity, start)
  for (let n = 1; n < frames; n++) {
    const row = n * width
    const above = row - width
    scores[row] = Math.max(itemAt(scores, above), itemAt(scores, above + length))
    scores[row + 1] = scores[row] + itemAt(similarity, n * frames + start)
    for (let m = 2; m <= length; m++) {
      let best = Math.max(itemAt(scores, above + m - 1), itemAt(scores, above + m - 2))
      if (n > 1) best = Math.max(best, itemAt(scores, above - width + m - 1))
      scores[row + m] = itemAt(similarity, n * frames + start + m - 1) + best
    }
  }
  return scores
}

/** Cells of the best family of paths, and the frames they cover. */
function pathFamily(scores: Float64Array, frames: number, length: number): { cells: number; coverage: number } {
  const at = (n: number, m: number): number => itemAt(scores, n * (length + 1) + m)
  let [cells, coverage] = [0, 0]
  let n = frames - 1
  let m = at(n, length) < at(n, 0) ? 0 : length
  let bottom = n
  if (m > 0) cells = 1
  while (n > 0 || m > 0) {
    if (n === 0) m -= 1
    else if (m === 0) {
      const jumps = at(n - 1, length) > at(n - 1, 0)
      n -= 1
      if (jumps) [m, bottom, cells] = [length, n, cells + 1]
    } else if (m === 1) {
      coverage += bottom - n + 1
      m = 0
    } else {
      ;[n, m] = predecessor(at, n, m)
      cells += 1
    }
    if (n === 0 && m === 1) coverage += bottom + 1
  }
  return { cells, coverage }
}

/** Where the best path into a cell comes from: diagonally, or with a frame left out on one side. */
function predecessor(at: (n: number, m: number) => number, n: number, m: number): [number, number] {
  let best: [number, number] = [n - 1, m - 1]
  if (n > 2 && at(n - 2, m - 1) > at(...best)) best = [n - 2, m - 1]
  if (m > 2 && at(n - 1, m - 2) > at(...best)) best = [n - 1, m - 2]
  return best
}
