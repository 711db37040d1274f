import type { MelodyRow } from './dataset.ts'
import { stretchIndex } from './sharedStretch.ts'
import { canonicalTokens } from './sketch.ts'
import { itemAt } from '../support/itemAt.ts'

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

/** Test melodies by the length of what they share with training melodies. */
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
 * count).
 */
export function leakAudit(train: readonly AuditedMelody[], test: readonly AuditedMelody[]): Leak[] {
  const index = stretchIndex(train.map(({ events }) => events))
  return test.map(({ id, events }) => {
    const { length, melody } = index.longest(events)
    return { id, longest: length, tokens: canonicalTokens(events).length, nearest: train[melody]?.id ?? null }
  })
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
  const sources = [...Map.groupBy(leaks, (_, n) => sourceOf(itemAt(test, n).path))]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([source, own]) => {
      const { histogram: _histogram, ...numbers } = summarizeLeaks(own)
      return { source, ...numbers }
    })
  const worst = [...leaks].sort((a, b) => b.longest - a.longest || (a.id < b.id ? -1 : 1)).slice(0, 10)
  return { training: train.length, all: summarizeLeaks(leaks), sources, worst }
}
