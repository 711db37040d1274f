import { DEFAULT_QPM, type NoteSequence, type Tempo, type TimeSignature } from './noteSequence.ts'
import { lastAtOrBelow } from './tempoMap.ts'

/** Bars of one metre in a row. Quarter notes are counted from the start of the score, bars from 1. */
export interface MetreSpan {
  readonly firstBar: number
  readonly startQuarters: number
  readonly quartersPerBar: number
  readonly metre: Pick<TimeSignature, 'numerator' | 'denominator'>
}

/** The bars of a score, as a reader of the sheet music counts them. */
export interface ScoreBars {
  /** The last bar in which a note sounds; 0 for a score without notes. */
  readonly count: number
  /** In order; the first begins with bar 1. */
  readonly spans: readonly MetreSpan[]
  /** Quarter notes from the start of the score. */
  quartersAt(seconds: number): number
  /** Quarter notes per minute. */
  qpmAt(quarters: number): number
  /** The bar at a time, and how much of it has passed: 2.5 is the middle of the second bar. */
  barAt(seconds: number): number
  /** The metre of a bar. */
  spanOf(bar: number): MetreSpan
  /** Where a bar begins. */
  startOf(bar: number): number
}

const COMMON_TIME = { numerator: 4, denominator: 4 }
/** A 64th note: what is closer to a bar line than this lies on it. */
const TOLERANCE_QUARTERS = 1 / 16

/**
 * Counts the bars of a score. A change of tempo leaves the bars as they are, a change of metre begins a new one; 120 per
 * minute and 4/4 hold until something else is said. What is said at or after the end of the last note does not count.
 * @example scoreBars(readMidi(bytes)).count
 */
export function scoreBars(score: NoteSequence): ScoreBars {
  const stretches = tempoStretches(score)
  const quartersAt = (seconds: number): number => {
    const { startSeconds, startQuarters, qpm } = lastAtOrBelow(stretches, seconds, (each) => each.startSeconds)
    return startQuarters + ((seconds - startSeconds) * qpm) / 60
  }
  const spans = metreSpans(score, quartersAt)
  const spanAt = (quarters: number): MetreSpan =>
    lastAtOrBelow(spans, quarters + TOLERANCE_QUARTERS, (each) => each.startQuarters)
  const barAt = (seconds: number): number => {
    const quarters = quartersAt(seconds)
    const { firstBar, startQuarters, quartersPerBar } = spanAt(quarters)
    return firstBar + Math.max(0, quarters - startQuarters) / quartersPerBar
  }
  const spanOf = (bar: number): MetreSpan => lastAtOrBelow(spans, bar, (each) => each.firstBar)
  const lastQuarters = quartersAt(score.totalSeconds)
  const last = spanAt(lastQuarters - 2 * TOLERANCE_QUARTERS)
  return {
    count: score.notes.length === 0 ? 0 : last.firstBar - 1 + barsIn(lastQuarters - last.startQuarters, last),
    spans,
    quartersAt,
    qpmAt: (quarters) => lastAtOrBelow(stretches, quarters, (each) => each.startQuarters).qpm,
    barAt,
    spanOf,
    startOf: (bar) => {
      const { firstBar, startQuarters, quartersPerBar } = spanOf(bar)
      return startQuarters + (bar - firstBar) * quartersPerBar
    },
  }
}

interface TempoStretch {
  readonly startSeconds: number
  readonly startQuarters: number
  readonly qpm: number
}

function tempoStretches({ tempos, totalSeconds }: NoteSequence): TempoStretch[] {
  const stretches: TempoStretch[] = [{ startSeconds: 0, startQuarters: 0, qpm: DEFAULT_QPM }]
  for (const { timeSeconds, qpm } of byTime<Tempo>(tempos)) {
    if (timeSeconds > 0 && timeSeconds >= totalSeconds) break
    const last = stretches.at(-1) as TempoStretch
    const startQuarters = last.startQuarters + ((timeSeconds - last.startSeconds) * last.qpm) / 60
    if (timeSeconds <= last.startSeconds) stretches.pop()
    stretches.push({ startSeconds: timeSeconds, startQuarters, qpm })
  }
  return stretches
}

function metreSpans({ timeSignatures, totalSeconds }: NoteSequence, quartersAt: (s: number) => number): MetreSpan[] {
  const spans: MetreSpan[] = [spanOfMetre(COMMON_TIME, 1, 0)]
  for (const { timeSeconds, numerator, denominator } of byTime<TimeSignature>(timeSignatures)) {
    if (timeSeconds > 0 && timeSeconds >= totalSeconds) break
    const last = spans.at(-1) as MetreSpan
    if (numerator === last.metre.numerator && denominator === last.metre.denominator) continue
    const quarters = quartersAt(timeSeconds)
    const bars = barsIn(quarters - last.startQuarters, last)
    if (bars === 0) spans.pop()
    const start = bars === 0 ? last.startQuarters : quarters
    spans.push(spanOfMetre({ numerator, denominator }, last.firstBar + bars, start))
  }
  return spans
}

/** A metre of no length (0 beats, or beats of none) is counted as 4/4. */
function spanOfMetre(metre: MetreSpan['metre'], firstBar: number, startQuarters: number): MetreSpan {
  const quarters = (4 * metre.numerator) / metre.denominator
  return { metre, firstBar, startQuarters, quartersPerBar: quarters > 0 && Number.isFinite(quarters) ? quarters : 4 }
}

/** Bars that have begun within this many quarter notes. */
function barsIn(quarters: number, { quartersPerBar }: MetreSpan): number {
  return Math.max(0, Math.ceil((quarters - TOLERANCE_QUARTERS) / quartersPerBar))
}

function byTime<T extends { readonly timeSeconds: number }>(items: readonly T[]): T[] {
  return [...items].sort((a, b) => a.timeSeconds - b.timeSeconds)
}
