import { INTERVAL_CLASSES, intervalClass } from '../../dataset/tokenClasses.ts'
import type { TwoVoicePassage } from '../../dataset/twoVoices.ts'
import type { Partner } from '../../duet/partner.ts'
import { ContextCounts, ContextPath } from '../../evaluation/idyom/contextCounts.ts'
import { pitchProbabilities } from '../../model/tokenDistribution.ts'
import type { DuetReport } from '../../results/duetReport.ts'

/** Bars of a passage that are only listened to: the performer has said something by then. */
const BARS_HEARD = 8
/** Intervals of the longest context. */
const DEPTH = 8
/** Shares of the short-term model that are tried. */
const WEIGHTS = [0, 0.01, 0.02, 0.05, 0.1, 0.2] as const
const HOLD = -2

/** What the network and a short-term model of the performer say of one note's pitch; and what the network says of the whole step. */
interface StepSaid {
  /** Nats of the step by the network. */
  readonly cost: number
  /** Probabilities of the pitch that was played, where a note begins. */
  readonly note: { readonly network: number; readonly performer: number } | null
}

/**
 * What the partner would save on bars 9 and later if a short-term model of the performer's intervals, after IDyOM, were mixed into the
 * pitches that it expects. The weight is chosen on validation passages.
 */
export function measureImitation(
  partner: Partner,
  { validation, test }: Readonly<Record<'validation' | 'test', readonly TwoVoicePassage[]>>,
): NonNullable<DuetReport['imitation']> {
  const chosenOn = validation.flatMap((passage) => stepsSaid(partner, passage))
  const costs = WEIGHTS.map((weight) => ({ weight, loss: lossOf(chosenOn, weight) }))
  const { weight } = costs.reduce((least, each) => (each.loss < least.loss ? each : least))
  const steps = test.flatMap((passage) => stepsSaid(partner, passage))
  const [loss, mixed] = [lossOf(steps, 0), lossOf(steps, weight)]
  return { passages: test.length, steps: steps.length, weight, loss, mixed }
}

/** Nats per step, the pitch's probabilities mixed. */
function lossOf(steps: readonly StepSaid[], weight: number): number {
  const sum = steps.reduce((total, { cost, note }) => {
    if (note === null) return total + cost
    const mixed = (1 - weight) * note.network + weight * note.performer
    return total + cost - Math.log(mixed / note.network)
  }, 0)
  return sum / steps.length
}

/** The lower voice's steps from the ninth bar on, given the upper one. */
function stepsSaid(partner: Partner, { upper, lower, stepsPerBar }: TwoVoicePassage): StepSaid[] {
  const settings = { lambda: 0, temperature: 1, topP: 1, range: [0, 127], side: 'either' } as const
  const said: StepSaid[] = []
  const [theirs, own] = [new Line(), new Line()]
  let state = partner.start({ grid: { stepsPerBar }, settings })
  lower.forEach((event, step) => {
    const heard = upper[step] ?? HOLD
    theirs.hear(heard)
    if (step >= BARS_HEARD * stepsPerBar) {
      const weighed = partner.weigh(state, heard)
      const found = weighed.find((each) => each.event === event)
      const cost = -Math.log(Math.max(found?.probability ?? 0, 1e-12))
      const notes = weighed.filter((each) => each.event >= 0)
      const all = notes.reduce((total, { probability }) => total + probability, 0)
      const note =
        event < 0 || found === undefined || all === 0
          ? null
          : { network: found.probability / all, performer: theirs.expects(own, event) }
      said.push({ cost, note })
    }
    own.hear(event)
    state = partner.hear(state, { step, event, rule: 0, learnt: 0, drawn: 0 }, heard)
  })
  return said
}

/** A line's intervals, counted after each context of up to eight. */
class Line {
  private readonly counts = new ContextCounts(INTERVAL_CLASSES, DEPTH)
  private readonly path = new ContextPath(this.counts, true)
  private readonly probabilities = new Float64Array(INTERVAL_CLASSES)
  private last: number | null = null
  /** The last intervals, the newest one last. */
  private intervals: readonly number[] = []

  hear(event: number): void {
    if (event < 0) return
    if (this.last !== null) {
      const interval = intervalClass(event - this.last)
      this.path.count(interval)
      this.path.advance(interval)
      this.intervals = [...this.intervals, interval].slice(-DEPTH)
    }
    this.last = event
  }

  /** Probability that another line goes on to a pitch as this one did after the same intervals. */
  expects(other: Line, pitch: number): number {
    const path = new ContextPath(this.counts, false)
    for (const interval of other.intervals) path.advance(interval)
    path.predict(this.probabilities)
    return pitchProbabilities(this.probabilities, other.last ?? pitch)[pitch] ?? 0
  }
}
