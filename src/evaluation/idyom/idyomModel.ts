import type { Token } from '../../dataset/tokens.ts'
import { FIRST_REFERENCE, intervalClass, lengthClass } from '../../dataset/tokenClasses.ts'
import { scaledToOne } from '../../model/shares.ts'
import type { TokenDistribution } from '../../model/tokenDistribution.ts'
import { ContextCounts, ContextPath } from './contextCounts.ts'
import type { Mixing } from '../../results/summary.ts'
import { ANSWERS, firstPlace, type Place, type Question, type Viewpoint, VIEWPOINTS } from './viewpoints.ts'
import { itemAt } from '../../support/itemAt.ts'

/** A melody as the model sees it. */
export interface TokenMelody {
  readonly tokens: readonly Token[]
  readonly stepsPerBar: number
}

/** Symbols of the longest context. */
const DEPTH = 8

/**
 * A predictor of melodies without a network, after IDyOM (Pearce 2005, "The construction and evaluation of statistical models of
 * melodic structure"): several viewpoints on notes, each with counts of a corpus (long-term) and of the melody so far (short-term),
 * mixed by how sure they are.
 */
export class IdyomModel {
  private readonly longTerm: readonly ContextCounts[]

  constructor() {
    this.longTerm = VIEWPOINTS.map(({ question }) => new ContextCounts(ANSWERS[question], DEPTH))
  }

  /** Counts a melody. */
  learn(melody: TokenMelody): void {
    const reader = new MelodyReader(
      this.longTerm.map((counts) => new ContextPath(counts, true)),
      melody,
    )
    for (let n = 0; n < melody.tokens.length; n++) reader.follow(n, true)
  }

  /**
   * What the model says at each token of a melody, from the first on; each is good until the next is asked for. The model learns
   * the melody as it goes and forgets it after.
   */
  *read(melody: TokenMelody, mixing: Mixing): Generator<TokenDistribution> {
    for (const said of this.readMixed(melody, [mixing])) yield itemAt(said, 0)
  }

  /** The same by several ways to mix, which share the viewpoints' predictions. */
  *readMixed(melody: TokenMelody, mixings: readonly Mixing[]): Generator<TokenDistribution[]> {
    const long = new MelodyReader(
      this.longTerm.map((counts) => new ContextPath(counts, false)),
      melody,
    )
    const shortTerm = VIEWPOINTS.map(({ question }) => new ContextCounts(ANSWERS[question], DEPTH))
    const short = new MelodyReader(
      shortTerm.map((counts) => new ContextPath(counts, true)),
      melody,
    )
    for (let n = 0; n < melody.tokens.length; n++) {
      long.begin(n)
      short.begin(n)
      yield distributionsAt([long, short], itemAt(melody.tokens, n), mixings)
      long.finish(n, false)
      short.finish(n, true)
    }
  }
}

/** Follows a melody with a path for each viewpoint. */
class MelodyReader {
  place: Place
  /** Pitch of the last note, or what the first one is counted from. */
  reference = FIRST_REFERENCE
  private readonly paths: readonly ContextPath[]
  private readonly melody: TokenMelody
  private firstPitch: number | null = null
  private noteStart = 0

  constructor(paths: readonly ContextPath[], melody: TokenMelody) {
    this.paths = paths
    this.melody = melody
    this.place = firstPlace(itemAt(melody.tokens, 0), melody.stepsPerBar)
  }

  /** Begins the n-th token: the viewpoints of its length advance to it. */
  begin(n: number): void {
    const token = itemAt(this.melody.tokens, n)
    if (n > 0) this.place = this.placeOf(token, this.place)
    if (token.pitch !== null) {
      this.firstPitch ??= token.pitch
      this.reference = token.pitch
      this.noteStart = token.start
    }
    this.each('length', (path, { symbol }) => path.advance(symbol(this.place)))
  }

  private placeOf(token: Token, last: Place): Place {
    const { stepsPerBar } = this.melody
    const { pitch, start } = token
    return {
      ...last,
      token,
      before: lengthClass(last.token.length),
      ...(pitch === null
        ? {}
        : { interval: intervalClass(pitch - this.reference), degree: mod12(pitch - (this.firstPitch ?? pitch)) }),
      position: start % stepsPerBar,
    }
  }

  /** The place once the token is known to have this length. */
  ending(length: number): Place {
    const { token, stepsPerBar } = this.place
    return {
      ...this.place,
      length: lengthClass(length),
      sinceNote: lengthClass(token.start + length - this.noteStart),
      end: (token.start + length) % stepsPerBar,
    }
  }

  /** Ends the n-th token: what followed is counted, and the other viewpoints advance. */
  finish(n: number, learns: boolean): void {
    const { tokens } = this.melody
    const token = itemAt(tokens, n)
    const next = tokens[n + 1]
    if (next === undefined) return // its length is not known
    const place = this.ending(token.length)
    if (learns) this.each('length', (path) => path.count(lengthClass(token.length)))
    if (token.pitch !== null) {
      this.each('rest', (path, { symbol }) => path.advance(symbol(place)))
      if (learns) this.each('rest', (path) => path.count(next.pitch === null ? 1 : 0))
    }
    if (next.pitch === null) return
    const interval = intervalClass(next.pitch - this.reference)
    this.each('interval', (path, { symbol }) => path.advance(symbol(place)))
    if (learns) this.each('interval', (path) => path.count(interval))
  }

  /** `begin` and `finish` in one. */
  follow(n: number, learns: boolean): void {
    this.begin(n)
    this.finish(n, learns)
  }

  each(question: Question, visit: (path: ContextPath, viewpoint: Viewpoint) => void): void {
    VIEWPOINTS.forEach((viewpoint, n) => {
      if (viewpoint.question === question) visit(itemAt(this.paths, n), viewpoint)
    })
  }
}

const mod12 = (semitones: number): number => ((semitones % 12) + 12) % 12

function distributionsAt(
  readers: readonly MelodyReader[],
  token: Token,
  mixings: readonly Mixing[],
): TokenDistribution[] {
  const first = itemAt(readers, 0)
  const lengths = saidOn(readers, 'length', (path, _viewpoint, into) => path.predict(into))
  const known = new Map<number, Record<'rest' | 'interval', Said[]>>()
  const after = (length: number): Record<'rest' | 'interval', Said[]> => {
    const place = first.ending(length)
    const predict: Predict = (path, { symbol }, into) => path.predictAfter(symbol(place), into)
    const rest = token.pitch === null ? [] : saidOn(readers, 'rest', predict)
    return { rest, interval: saidOn(readers, 'interval', predict) }
  }
  return mixings.map((mixing) => ({
    reference: first.reference,
    lengths: mixed(lengths, mixing),
    next: (length) => {
      const found = known.get(length) ?? after(length)
      known.set(length, found)
      const rest = token.pitch === null ? 0 : itemAt(mixed(found.rest, mixing), 1)
      return { rest, intervals: mixed(found.interval, mixing) }
    },
  }))
}

type Predict = (path: ContextPath, viewpoint: Viewpoint, into: Float64Array) => void

/** What a viewpoint says. */
interface Said {
  readonly probabilities: Float64Array
  readonly logs: Float64Array
  /** Entropy as a share of the largest there is; never 0, so that nobody is infinitely sure. */
  readonly entropy: number
}

/** What all viewpoints on a question say, those of all readers. */
function saidOn(readers: readonly MelodyReader[], question: Question, predict: Predict): Said[] {
  const found: Said[] = []
  for (const reader of readers)
    reader.each(question, (path, viewpoint) => {
      const probabilities = new Float64Array(ANSWERS[question])
      predict(path, viewpoint, probabilities)
      found.push(withLogs(probabilities))
    })
  return found
}

/** Answers that were never seen are equally likely, so the same logarithm is mostly asked for again. */
function withLogs(probabilities: Float64Array): Said {
  const logs = new Float64Array(probabilities.length)
  let [last, logOfLast, entropy] = [1, 0, 0]
  for (let n = 0; n < logs.length; n++) {
    const p = probabilities[n]!
    if (p !== last) [last, logOfLast] = [p, Math.log(p)]
    logs[n] = logOfLast
    entropy -= p * logOfLast
  }
  return { probabilities, logs, entropy: Math.max(entropy / Math.log(logs.length), 1e-3) }
}

/** The predictions as one: their mean, weighted by how sure each is. */
function mixed(said: readonly Said[], { mean, bias }: Mixing): Float64Array {
  const sum = new Float64Array(itemAt(said, 0).probabilities.length)
  const isArithmetic = mean === 'arithmetic'
  let weights = 0
  for (const { probabilities, logs, entropy } of said) {
    const weight = entropy ** -bias
    weights += weight
    const values = isArithmetic ? probabilities : logs
    for (let n = 0; n < sum.length; n++) sum[n]! += weight * values[n]!
  }
  for (let n = 0; n < sum.length; n++) sum[n] = isArithmetic ? sum[n]! / weights : Math.exp(sum[n]! / weights)
  return scaledToOne(sum)
}
