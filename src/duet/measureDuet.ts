import { sampleCorrelation } from 'simple-statistics'
import { degreeOf } from '../config/modes.ts'
import { soundingPitches } from '../dataset/soundingPitches.ts'
import { hearKey, NO_KEY, tonalityOf } from './runningKey.ts'

/** What two lines do together; NaN where there is nothing to measure. */
export interface DuetMeasures {
  /** Notes of the second line. */
  readonly notes: number
  /** Steps on which both begin a note. */
  readonly together: number
  /** Of them: thirds of the second line below the first, by whatever scale step that is; consonances; and second above first. */
  readonly thirds: number
  readonly consonant: number
  readonly crossings: number
  /** Correlation, there, of both moves; and of the second line's with the first's move before. */
  readonly moves: number
  readonly delayedMoves: number
  /** Of simultaneous onsets that follow each other: parallel fifths and octaves, and kinds of motion. */
  readonly parallels: number
  readonly contraryMotion: number
  readonly similarMotion: number
  readonly obliqueMotion: number
  /** Share of the second line's notes outside the running mode of the first. */
  readonly outOfMode: number
}

const CONSONANT: ReadonlySet<number> = new Set([0, 3, 4, 7, 8, 9])
const share = (part: number, whole: number): number => (whole === 0 ? NaN : part / whole)

interface Meeting {
  readonly first: number
  readonly second: number
  /** Moves to these notes, and the first line's move before; null at the beginning. */
  readonly firstMove: number | null
  readonly secondMove: number | null
  readonly moveBefore: number | null
}

/** Measures a second line beside a first one, event by event. */
export function measureDuet(first: readonly number[], second: readonly number[]): DuetMeasures {
  const { meetings, foreign, notes } = walk(first, second)
  const count = (is: (meeting: Meeting) => boolean): number => meetings.filter(is).length
  const distance = ({ first: a, second: b }: Meeting): number => Math.abs(a - b) % 12
  const pairs = meetings.slice(1).map((now, n) => ({ before: meetings[n]!, now }))
  const motion = (is: (a: number, b: number) => boolean): number =>
    share(
      pairs.filter(({ before, now }) => is(now.first - before.first, now.second - before.second)).length,
      pairs.length,
    )
  const isParallel = ({ before, now }: (typeof pairs)[number]): boolean =>
    before.first !== now.first && distance(now) === distance(before) && (distance(now) === 0 || distance(now) === 7)
  return {
    ...{ notes, together: meetings.length },
    thirds: share(
      count(({ first: a, second: b }) => a - b === 3 || a - b === 4),
      meetings.length,
    ),
    consonant: share(
      count((meeting) => CONSONANT.has(distance(meeting))),
      meetings.length,
    ),
    crossings: share(
      count(({ first: a, second: b }) => b > a),
      meetings.length,
    ),
    moves: correlated(meetings.map(({ firstMove, secondMove }) => [firstMove, secondMove])),
    delayedMoves: correlated(meetings.map(({ moveBefore, secondMove }) => [moveBefore, secondMove])),
    parallels: share(pairs.filter(isParallel).length, pairs.length),
    contraryMotion: motion((a, b) => a * b < 0),
    similarMotion: motion((a, b) => a * b > 0),
    obliqueMotion: motion((a, b) => a * b === 0 && a !== b),
    outOfMode: share(foreign, notes),
  }
}

function walk(first: readonly number[], second: readonly number[]) {
  const meetings: Meeting[] = []
  const sounding = soundingPitches(first)
  let key = NO_KEY
  let [lastFirst, lastSecond, moveBefore] = [null, null, null] as (number | null)[]
  let [foreign, notes] = [0, 0]
  first.forEach((one, step) => {
    const other = second[step]!
    if (one >= 0) key = hearKey(key, one)
    const firstMove = one >= 0 && lastFirst !== null ? one - lastFirst! : null
    if (other >= 0) {
      notes += 1
      if (sounding[step] !== null && degreeOf(other, tonalityOf(key)) < 0) foreign += 1
      const secondMove = lastSecond === null ? null : other - lastSecond!
      if (one >= 0) meetings.push({ first: one, second: other, firstMove, secondMove, moveBefore: moveBefore! })
      lastSecond = other
    }
    if (one >= 0) {
      moveBefore = firstMove
      lastFirst = one
    }
  })
  return { meetings, foreign, notes }
}

/** Pearson's correlation of the pairs that are whole; NaN for fewer than three, or where one does not vary. */
function correlated(pairs: readonly (readonly [number | null, number | null])[]): number {
  const whole = pairs.filter((pair): pair is readonly [number, number] => pair[0] !== null && pair[1] !== null)
  if (whole.length < 3) return NaN
  return sampleCorrelation(
    whole.map(([a]) => a),
    whole.map(([, b]) => b),
  )
}
