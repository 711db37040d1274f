import { mulberry32, type Random } from '../../support/random.ts'
import { findKey, isInMode } from './keys.ts'
import { interOnsetsOf, intervalsOf, type Piece, share } from './piece.ts'
import { pitchClass } from '../../melody/pitchName.ts'
import { recordOf } from '../../support/records.ts'
import { itemAt } from '../../support/itemAt.ts'

/** Notes of the shortest motif that counts. */
const MOTIF_NOTES = 3

/** A note's step to the next one: semitones, and steps between the beginnings. */
interface Move {
  readonly interval: number
  readonly interOnset: number
}

function movesOf(piece: Pick<Piece, 'notes'>): Move[] {
  const interOnsets = interOnsetsOf(piece)
  return intervalsOf(piece).map((interval, n) => ({ interval, interOnset: itemAt(interOnsets, n) }))
}

/**
 * Share of the notes that lie in a motif of three notes or more that repeats in the piece, in whatever key, with the same
 * rhythm, and not merely one note repeated; two occurrences share one note at most. 0-1; NaN without notes.
 */
export function motifCoverage(piece: Pick<Piece, 'notes'>): number {
  const moves = movesOf(piece)
  const width = MOTIF_NOTES - 1
  const starts = new Map<string, number[]>()
  for (let start = 0; start + width <= moves.length; start++) {
    const window = moves.slice(start, start + width)
    if (window.every(({ interval }) => interval === 0)) continue
    const name = window.map(({ interval, interOnset }) => `${interval}:${interOnset}`).join(' ')
    pushTo(starts, name, start)
  }
  const covered = new Uint8Array(piece.notes.length)
  for (const places of starts.values()) {
    const [first, last] = [itemAt(places, 0), itemAt(places, -1)]
    for (const start of places) {
      if (start - first >= width || last - start >= width) covered.fill(1, start, start + MOTIF_NOTES)
    }
  }
  return share(
    covered.reduce((sum, one) => sum + one, 0),
    covered.length,
  )
}

function pushTo<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}

/** Most notes a point-set compression is asked of: its time grows with the cube of their number. */
export const MOST_POINTS = 250

/**
 * How many times as few numbers describe the notes as patterns and their repetitions in time and pitch: the compression ratio
 * of COSIATEC (Meredith 2013) on points of beginning and pitch. 1 = nothing repeats; NaN without notes, or for more
 * than 250.
 */
export function cosiatecRatio({ notes }: Pick<Piece, 'notes'>): number {
  if (notes.length === 0 || notes.length > MOST_POINTS) return NaN
  let left = notes.map(({ startStep, pitch }) => startStep * PITCHES + pitch)
  let described = 0
  while (left.length > 0) {
    const { covered, size } = bestPattern(left)
    described += size
    left = left.filter((point) => !covered.has(point))
  }
  return notes.length / described
}

/**
 * A point is its time times this plus its pitch, and a vector the difference of two points: half as many pitches are there,
 * so that no two vectors fall together.
 */
const PITCHES = 256

interface Pattern {
  readonly covered: ReadonlySet<number>
  /** Points of the pattern, and vectors that move it: what it takes to write it down. */
  readonly size: number
}

/** The translationally equivalent set of patterns that describes most points with least (SIATEC). */
function bestPattern(points: readonly number[]): Pattern {
  const here = new Set(points)
  let best: Pattern = { covered: here, size: points.length } // each point by itself
  let ratio = 1
  for (const pattern of translatable(points)) {
    const vectors = vectorsOf(pattern, points, here)
    const size = pattern.length + vectors.length - 1
    // At most all of them are new to each other: most patterns need no further look.
    if (Math.min(points.length, pattern.length * vectors.length) / size <= ratio) continue
    const covered = new Set<number>()
    for (const vector of vectors) for (const point of pattern) covered.add(point + vector)
    if (covered.size / size <= ratio) continue
    ratio = covered.size / size
    best = { covered, size }
  }
  return best
}

/** Every vector that moves the whole pattern onto points of the piece. */
function vectorsOf(pattern: readonly number[], points: readonly number[], here: ReadonlySet<number>): number[] {
  const vectors: number[] = []
  for (const point of points) {
    const vector = point - itemAt(pattern, 0)
    let fits = true
    for (let n = 1; fits && n < pattern.length; n++) fits = here.has(pattern[n]! + vector)
    if (fits) vectors.push(vector)
  }
  return vectors
}

/** The maximal sets of points that one vector moves onto points of the piece; each shape once. */
function translatable(points: readonly number[]): number[][] {
  const byVector = new Map<number, number[]>()
  for (let n = 0; n < points.length; n++) {
    for (let m = n + 1; m < points.length; m++) pushTo(byVector, points[m]! - points[n]!, points[n]!)
  }
  const shapes = new Map<string, number[]>()
  for (const pattern of byVector.values()) {
    const shape = pattern.map((point) => point - itemAt(pattern, 0)).join()
    if (!shapes.has(shape)) shapes.set(shape, pattern)
  }
  return [...shapes.values()]
}

/** How a motif may repeat. */
export const TRANSFORMATIONS = [
  'exact',
  'transposed',
  'diatonic',
  'inverted',
  'retrograde',
  'augmented',
  'one note changed',
] as const
/** How a motif returns: as it was, transposed, inverted and so on. */
export type Transformation = (typeof TRANSFORMATIONS)[number]

/** Notes of the motifs that are followed through their transformations. */
export const DEVELOPED_NOTES = 4
/** Notes of a long piece that are looked at: pairs of motifs grow with the square. */
const MOST_NOTES = 400

/** A motif and its return. */
export interface Occurrence {
  /** Index of the motif's first note, and of the first note of its repetition. */
  readonly from: number
  readonly to: number
  readonly by: Transformation
}

/**
 * Every pair of four-note motifs whose later one is the earlier one transformed; the first of `TRANSFORMATIONS` that
 * fits. One repeated note is not a motif, and two motifs share at most one note. Of a long piece, the first 400 notes.
 */
export function developments(piece: Pick<Piece, 'notes'>): Occurrence[] {
  const notes = piece.notes.slice(0, MOST_NOTES)
  const line: Line = {
    pitches: notes.map(({ pitch }) => pitch),
    onsets: notes.map(({ startStep }) => startStep),
    places: placesOf({ notes }),
  }
  const motifs = [...notes.keys()].filter(
    (start) => start + DEVELOPED_NOTES <= notes.length && !isOnePitch(line, start, DEVELOPED_NOTES),
  )
  const found: Occurrence[] = []
  for (const [n, from] of motifs.entries()) {
    for (let m = n + 1; m < motifs.length; m++) {
      const to = itemAt(motifs, m)
      if (to - from < DEVELOPED_NOTES - 1) continue
      const by = transformationOf(line, from, to, DEVELOPED_NOTES)
      if (by !== null) found.push({ from, to, by })
    }
  }
  return found
}

/** Notes one after the other, one value per note. */
export interface Line {
  readonly pitches: readonly number[]
  /** The step at which each note begins. */
  readonly onsets: readonly number[]
  /** Each note's place in the scale, counted through the octaves; null outside it. */
  readonly places: readonly (number | null)[]
}

/** Whether the `count` notes from `start` on are one pitch, hence not a motif. */
export function isOnePitch({ pitches }: Line, start: number, count: number): boolean {
  for (let n = 1; n < count; n++) if (pitches[start + n] !== pitches[start]) return false
  return true
}

/**
 * How the motif of the `count` notes from `b` on comes from that from `a` on: the first of `TRANSFORMATIONS` that fits, null
 * for none. Loops throughout: this is asked a hundred million times.
 */
export function transformationOf(line: Line, a: number, b: number, count: number): Transformation | null {
  const { pitches, onsets, places } = line
  const inRhythm = sameSteps(onsets, a, b, count)
  const moved = sameSteps(pitches, a, b, count)
  if (inRhythm && moved) return pitches[a] === pitches[b] ? 'exact' : 'transposed'
  if (inRhythm && areInScale(places, a, count) && areInScale(places, b, count) && sameSteps(places, a, b, count))
    return 'diatonic'
  if (inRhythm && sameSteps(pitches, a, b, count, -1)) return 'inverted'
  // Read from its end, a motif's steps come in the other order and the other way.
  if (sameReversed(onsets, a, b, count) && sameReversed(pitches, a, b, count, -1)) return 'retrograde'
  if (moved && (sameSteps(onsets, a, b, count, 2) || sameSteps(onsets, a, b, count, 0.5))) return 'augmented'
  return inRhythm && differingNotes(pitches, a, b, count) === 1 ? 'one note changed' : null
}

/** Whether the values go from each to the next from `b` on as they do from `a` on, each step times `factor`. */
function sameSteps(values: readonly number[], a: number, b: number, count: number, factor = 1): boolean {
  for (let n = 1; n < count; n++)
    if ((values[a + n]! - values[a + n - 1]!) * factor !== values[b + n]! - values[b + n - 1]!) return false
  return true
}

/** The same, with the steps of `a` read from the last to the first. */
function sameReversed(values: readonly number[], a: number, b: number, count: number, factor = 1): boolean {
  for (let n = 1; n < count; n++)
    if ((values[a + count - n]! - values[a + count - n - 1]!) * factor !== values[b + n]! - values[b + n - 1]!)
      return false
  return true
}

function areInScale(places: Line['places'], start: number, count: number): places is readonly number[] {
  for (let n = 0; n < count; n++) if (places[start + n] === null) return false
  return true
}

function differingNotes(pitches: readonly number[], a: number, b: number, count: number): number {
  let found = 0
  for (let n = 0; n < count; n++) if (pitches[a + n] !== pitches[b + n]) found++
  return found
}

/** Each note's place in the scale of the piece's key, counted through the octaves; null outside it. */
function placesOf(piece: Pick<Piece, 'notes'>): (number | null)[] {
  const key = findKey(piece)
  if (key === null) return piece.notes.map(() => null)
  const mode = key.mode === 'major' ? 'ionian' : 'aeolian'
  const degrees = Array.from({ length: 12 }, (_, above) => above).filter((above) => isInMode(above, 0, mode))
  return piece.notes.map(({ pitch }) => {
    const above = pitchClass(pitch - key.tonic)
    const degree = degrees.indexOf(above)
    return degree < 0 ? null : ((pitch - key.tonic - above) / 12) * degrees.length + degree
  })
}

/** How many motifs return, compared with chance. */
export interface Development {
  /** Pairs of motifs, by how the later comes from the earlier. */
  readonly counts: Readonly<Record<Transformation, number>>
  /** All of them but exact repetition. */
  readonly developed: number
  /** The same of surrogates, on average: pieces that go from note to note as this one, without its memory. */
  readonly surrogate: number
  /** `developed` over `surrogate`, one added to each; above 1 there is more development than its steps make by chance. */
  readonly ratio: number
}

const SURROGATES = 10

/**
 * How often motifs return transformed, compared with chance: surrogates draw each note after the pitch before it
 * as the piece itself does (a first-order Markov chain). `ratio` is NaN for fewer than eight notes.
 */
export function developmentOf(piece: Pick<Piece, 'notes'>, seed = 1): Development {
  const found = developments(piece)
  const counts = recordOf(TRANSFORMATIONS, (name) => found.filter(({ by }) => by === name).length)
  const developed = found.length - counts.exact
  if (piece.notes.length < 2 * DEVELOPED_NOTES) return { counts, developed, surrogate: NaN, ratio: NaN }
  const random = mulberry32(seed)
  let total = 0
  for (let n = 0; n < SURROGATES; n++) {
    total += developments(surrogateOf(piece, random)).filter(({ by }) => by !== 'exact').length
  }
  const surrogate = total / SURROGATES
  return { counts, developed, surrogate, ratio: (1 + developed) / (1 + surrogate) }
}

/** A surrogate of the same length: each pitch is followed by a pitch and a distance that follow it in this piece. */
function surrogateOf(piece: Pick<Piece, 'notes'>, random: Random): Pick<Piece, 'notes'> {
  const notes = piece.notes.slice(0, MOST_NOTES)
  const interOnsets = interOnsetsOf({ notes })
  const followers = notes.slice(1).map(({ pitch }, n) => ({ pitch, interOnset: itemAt(interOnsets, n) }))
  const after = new Map<number, typeof followers>()
  followers.forEach((follower, n) => {
    pushTo(after, itemAt(notes, n).pitch, follower)
  })
  let [pitch, startStep] = [itemAt(notes, 0).pitch, 0]
  const made = [{ pitch, startStep, endStep: 1 }]
  while (made.length < notes.length) {
    const choices = after.get(pitch) ?? followers // the last pitch may have no follower
    const next = itemAt(choices, Math.floor(random.next() * choices.length))
    ;[pitch, startStep] = [next.pitch, startStep + next.interOnset]
    made.push({ pitch, startStep, endStep: startStep + 1 })
  }
  return { notes: made }
}
