import type { MelodyRow } from './dataset.js'
import { canonicalTokens } from './sketch.js'

/** A melody as the audit sees it. */
export interface AuditedMelody {
  readonly id: string
  readonly events: readonly number[]
}

/** The longest stretch a held-out melody shares with any one training melody, in any key. */
export interface Leak {
  readonly id: string
  /** Tokens in a row: notes after the first, each as its interval and the steps since the note before. */
  readonly longest: number
  /** Tokens of the whole melody. */
  readonly tokens: number
  /** A training melody that holds the stretch; null where not even one token is shared. */
  readonly nearest: string | null
}

export interface LeakBin {
  /** Tokens in a row, this many or more, and fewer than `to`. */
  readonly from: number
  readonly to: number
  readonly melodies: number
}

/** How the longest stretches of a test set are spread. */
export interface LeakSummary {
  readonly melodies: number
  /** NaN without melodies, as the others. */
  readonly median: number
  readonly percentile95: number
  readonly longest: number
  /** Share of the melodies that lie as a whole in the training set, 0-1. */
  readonly copied: number
  readonly histogram: readonly LeakBin[]
}

/**
 * For each test melody the longest n-gram of its canonical tokens that any training melody holds (transposed copies
 * count). All endings of all training melodies are sorted (a suffix array: Manber & Myers 1990); what is shared with a
 * stretch stands next to the place where it would be. 12 bytes a token of the training set.
 */
export function leakAudit(train: readonly AuditedMelody[], test: readonly AuditedMelody[]): Leak[] {
  const vocabulary = new Map<string, number>()
  const index = sortedEndings(train, vocabulary)
  return test.map(({ id, events }) => {
    const tokens = canonicalTokens(events).map((token) => vocabulary.get(token) ?? UNKNOWN)
    const { longest, melody } = longestMatch(index, Int32Array.from([...tokens, END]))
    return { id, longest, tokens: tokens.length, nearest: train[melody]?.id ?? null }
  })
}

/** Ends a melody, before every token in the order. */
const END = 0
/** In no training melody, and equal to nothing. */
const UNKNOWN = -1

interface SortedEndings {
  /** All training melodies, each with `END` after it. */
  readonly tokens: Int32Array
  /** Where each ending begins in `tokens`, in the order of the endings. */
  readonly order: Uint32Array
  /** The melody of each token. */
  readonly owner: Uint32Array
}

function sortedEndings(train: readonly AuditedMelody[], vocabulary: Map<string, number>): SortedEndings {
  const numbers: number[] = []
  const owners: number[] = []
  train.forEach(({ events }, melody) => {
    for (const token of [...canonicalTokens(events).map((each) => numberOf(each, vocabulary)), END]) {
      numbers.push(token)
      owners.push(melody)
    }
  })
  const tokens = Int32Array.from(numbers)
  const order = Uint32Array.from(tokens.keys())
  order.sort((a, b) => compareEndings(tokens, a, tokens, b) || a - b)
  return { tokens, order, owner: Uint32Array.from(owners) }
}

function numberOf(token: string, vocabulary: Map<string, number>): number {
  const known = vocabulary.get(token)
  if (known !== undefined) return known
  vocabulary.set(token, vocabulary.size + 1)
  return vocabulary.size
}

/** Below, at or above 0 as the ending of `x` from `a` stands before, beside or behind that of `y` from `b`. */
function compareEndings(x: Int32Array, a: number, y: Int32Array, b: number): number {
  const shared = sharedLength(x, a, y, b)
  return x[a + shared]! - y[b + shared]!
}

/** Tokens in a row that two endings have in common. */
function sharedLength(x: Int32Array, a: number, y: Int32Array, b: number): number {
  let n = 0
  while (x[a + n]! === y[b + n]! && x[a + n]! > END) n++
  return n
}

function longestMatch(index: SortedEndings, tokens: Int32Array): { longest: number; melody: number } {
  const { tokens: training, order, owner } = index
  let best = { longest: 0, melody: -1 }
  for (let start = 0; start < tokens.length - 1; start++) {
    const place = placeOf(index, tokens, start)
    for (const neighbour of [place - 1, place]) {
      const ending = order[neighbour]
      if (ending === undefined) continue
      const longest = sharedLength(training, ending, tokens, start)
      if (longest > best.longest) best = { longest, melody: owner[ending]! }
    }
  }
  return best
}

/** How many endings of the training melodies stand before that of `tokens` from `start`. */
function placeOf({ tokens: training, order }: SortedEndings, tokens: Int32Array, start: number): number {
  let [low, high] = [0, order.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareEndings(training, order[middle]!, tokens, start) < 0) low = middle + 1
    else high = middle
  }
  return low
}

/** The spread of the longest stretches, with a histogram in bins of `width` tokens from 0 to the longest. */
export function summarizeLeaks(leaks: readonly Leak[], width = 8): LeakSummary {
  const longest = leaks.map((leak) => leak.longest).sort((a, b) => a - b)
  const rank = (share: number): number => longest[Math.max(0, Math.ceil(share * longest.length) - 1)] ?? NaN
  const most = rank(1)
  const bins = leaks.length === 0 ? 0 : Math.floor(most / width) + 1
  const histogram = Array.from({ length: bins }, (_, n): LeakBin => {
    const [from, to] = [n * width, (n + 1) * width]
    return { from, to, melodies: longest.filter((tokens) => tokens >= from && tokens < to).length }
  })
  const copied = leaks.filter((leak) => leak.tokens > 0 && leak.longest === leak.tokens).length / leaks.length
  return { melodies: leaks.length, median: rank(0.5), percentile95: rank(0.95), longest: most, copied, histogram }
}

/** The audit of a split: all of it, by source, and the ten longest stretches with where they were found. */
export interface LeakReport {
  readonly training: number
  readonly all: LeakSummary
  readonly sources: readonly (Omit<LeakSummary, 'histogram'> & { readonly source: string })[]
  readonly worst: readonly Leak[]
}

/** @param sourceOf the source of a melody's file, by the file's path. */
export function leakReport(
  train: readonly MelodyRow[],
  test: readonly MelodyRow[],
  sourceOf: (path: string) => string,
): LeakReport {
  const leaks = leakAudit(train, test)
  const bySource = new Map<string, Leak[]>()
  leaks.forEach((leak, n) => {
    const source = sourceOf(test[n]!.path)
    bySource.set(source, [...(bySource.get(source) ?? []), leak])
  })
  const sources = [...bySource]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([source, own]) => {
      const { histogram: _histogram, ...numbers } = summarizeLeaks(own)
      return { source, ...numbers }
    })
  const worst = [...leaks].sort((a, b) => b.longest - a.longest || (a.id < b.id ? -1 : 1)).slice(0, 10)
  return { training: train.length, all: summarizeLeaks(leaks), sources, worst }
}
