import type { Marks } from './measures.ts'
import { MUSIC_XML_LIMITS, MusicXmlError } from './musicXmlError.ts'

/** A run of measures that is played on some times through. */
interface Ending {
  readonly from: number
  readonly to: number
  readonly numbers: readonly number[]
  /** Whether no other ending follows it. */
  readonly isLast: boolean
}

/**
 * The indices of measures in the order of play: repeats, endings, D.C. and D.S. written out; repeats are not played again
 * after a jump.
 * @throws MusicXmlError past a bound (`limit-measures`).
 */
export function measureOrder(measures: readonly Marks[]): number[] {
  const endings = endingsOf(measures)
  const order: number[] = []
  const state = { at: 0, start: 0, pass: 1, hasJumped: false }
  while (state.at < measures.length) {
    const measure = measures[state.at]
    if (measure === undefined) break
    if (measure.forward && state.start !== state.at) Object.assign(state, { start: state.at, pass: 1 })
    const ending = endings.find(({ from, to }) => from <= state.at && state.at <= to)
    if (ending !== undefined && !isPlayed(ending, state)) {
      state.at = ending.to + 1
      continue
    }
    order.push(state.at)
    if (order.length > MUSIC_XML_LIMITS.measures)
      throw new MusicXmlError(`limit-measures: more than ${MUSIC_XML_LIMITS.measures} measures with all repeats played`)
    if (state.hasJumped && 'fine' in measure.jumps) break
    Object.assign(state, next(measures, state, ending))
  }
  return order
}

type State = { at: number; start: number; pass: number; hasJumped: boolean }

const isPlayed = ({ numbers, isLast }: Ending, { pass, hasJumped }: State): boolean =>
  hasJumped ? isLast : numbers.length === 0 || numbers.includes(pass)

/** What is played after a measure. */
function next(measures: readonly Marks[], state: State, ending: Ending | undefined): Partial<State> {
  const { at, start, pass, hasJumped } = state
  const measure = measures[at]
  if (measure === undefined) return { at: at + 1 }
  const { times, jumps } = measure
  const isAgain = ending === undefined ? pass < Math.min(times, MUSIC_XML_LIMITS.times) : pass < MUSIC_XML_LIMITS.times
  if (times > 0 && !hasJumped && isAgain) return { at: start, pass: pass + 1 }
  const target = jumpFrom(measures, jumps, hasJumped)
  if (target !== null) return { at: target, start: target, pass: 1, hasJumped: true }
  const isOver = times > 0 || (ending !== undefined && ending.to === at && ending.isLast)
  return isOver ? { at: at + 1, start: at + 1, pass: 1 } : { at: at + 1 }
}

/** Where a measure sends the player; null for the next measure. */
function jumpFrom(measures: readonly Marks[], jumps: Marks['jumps'], hasJumped: boolean): number | null {
  const place = (name: string, label: string | undefined): number | null => {
    const found = measures.findIndex(({ jumps: there }) => there[name] !== undefined && there[name] === label)
    const first = measures.findIndex(({ jumps: there }) => there[name] !== undefined)
    return found >= 0 ? found : first >= 0 ? first : null
  }
  if (hasJumped) return jumps['tocoda'] === undefined ? null : place('coda', jumps['tocoda'])
  if (jumps['dacapo'] !== undefined) return 0
  return jumps['dalsegno'] === undefined ? null : place('segno', jumps['dalsegno'])
}

function endingsOf(measures: readonly Marks[]): Ending[] {
  const found: Omit<Ending, 'isLast'>[] = []
  let open: { from: number; numbers: readonly number[] } | null = null
  for (const [index, { ending, endingStops }] of measures.entries()) {
    if (ending !== null) open = { from: index, numbers: ending }
    if (open === null || !endingStops) continue
    found.push({ ...open, to: index })
    open = null
  }
  return found.map((ending, n) => ({ ...ending, isLast: found[n + 1]?.from !== ending.to + 1 }))
}
