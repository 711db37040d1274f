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
      yield distributionAt([long, short], itemAt(melody.tokens, n), mixing)
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

function distributionAt(readers: readonly MelodyReader[], token: Token, mixing: Mixing): TokenDistribution {
  const [first] = readers as [MelodyReader, ...MelodyReader[]]
  return {
    reference: first.reference,
    lengths: mixed(readers, 'length', mixing, (path, _viewpoint, into) => path.predict(into)),
    next: (length) => {
      const place = first.ending(length)
      const after = (path: ContextPath, { symbol }: Viewpoint, into: Float64Array): void =>
        path.predictAfter(symbol(place), into)
      const rest = token.pitch === null ? 0 : itemAt(mixed(readers, 'rest', mixing, after), 1)
      return { rest, intervals: mixed(readers, 'interval', mixing, after) }
    },
  }
}

type Predict = (path: ContextPath, viewpoint: Viewpoint, into: Float64Array) => void

/** The predictions of all viewpoints on a question, of all readers, as one. */
function mixed(
  readers: readonly MelodyReader[],
  question: Question,
  { mean, bias }: Mixing,
  predict: Predict,
): Float64Array {
  const one = new Float64Array(ANSWERS[question])
  const sum = new Float64Array(ANSWERS[question])
  let weights = 0
  for (const reader of readers)
    reader.each(question, (path, viewpoint) => {
      predict(path, viewpoint, one)
      const weight = relativeEntropy(one) ** -bias
      weights += weight
      for (let n = 0; n < one.length; n++)
        sum[n]! += weight * (mean === 'arithmetic' ? itemAt(one, n) : Math.log(itemAt(one, n)))
    })
  for (let n = 0; n < sum.length; n++)
    sum[n] = mean === 'arithmetic' ? itemAt(sum, n) / weights : Math.exp(itemAt(sum, n) / weights)
  return scaledToOne(sum)
}

/** Entropy as a share of the largest there is; never 0, so that nobody is infinitely sure. */
function relativeEntropy(probabilities: Float64Array): number {
  let entropy = 0
  for (const p of probabilities) if (p > 0) entropy -= p * Math.log(p)
  return Math.max(entropy / Math.log(probabilities.length), 1e-3)
}
