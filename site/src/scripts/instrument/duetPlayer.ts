import { PERFORMER_RANGE } from '../../../../src/dataset/performerLine.ts'
import type { DuetDecision, DuetSettings, DuetState, Partner } from '../../../../src/duet/partner.ts'
import { hearOnset, type PerformerClock, startClock, WINDOW_SECONDS } from '../../../../src/duet/performerClock.ts'
import { TICK_MILLISECONDS } from './clock.ts'
import { clicksBetween, type Grid, nextBarLine, stepAtTime, stepSeconds, timeOfStep } from './metre.ts'
import type { StepNote } from './recorder.ts'
import type { Side } from './sound.ts'

/** What a duet plays on, and whom it tells. Times are the audio clock's, in seconds. */
export interface DuetParts {
  readonly now: () => number
  /** Milliseconds of a clock that measures how long a decision takes. */
  readonly milliseconds: () => number
  readonly clock: { start(from?: number): void; stop(): void }
  readonly strike: (side: Side, note: { pitch: number; velocity: number }, when: number) => void
  readonly release: (side: Side, pitch: number, when: number) => void
  readonly click: (isAccent: boolean, when: number) => void
  readonly silence: () => void
  readonly onRemark: (text: string) => void
  readonly onEnd: () => void
}

/** A duet to be played. */
export interface DuetRequest {
  readonly partner: Partner
  readonly settings: DuetSettings
  readonly seed: number
  readonly grid: Omit<Grid, 'originSeconds'>
  readonly stepsPerBar: number
  /** The performer's events, to be replayed; null where a person plays. */
  readonly performer: readonly number[] | null
  readonly hasMetronome: boolean
}

/** What was measured of a duet; the last `MOST_MEASURED` of each. */
export interface DuetTimes {
  /** Milliseconds of each decision. */
  readonly decisions: number[]
  /** Milliseconds from a person's key to the start of the partner's answer. */
  readonly answers: number[]
  /** Milliseconds between the onsets of a person's note and the partner's on the same step. */
  readonly asynchronies: number[]
  /** Steps that were decided, and those decided after their time. */
  deadlines: number
  missed: number
}

const START_SECONDS = 0.15
/** The committed clock decides so long before a step sounds. */
const COMMIT_SECONDS = 0.02
/** Notes of a person that begin this close together are one chord. */
const CHORD_SECONDS = 0.03
/** Above this p99 of the first eight bars, the partner decides a step ahead. */
const SLOW = { milliseconds: 5, bars: 8 } as const
const [MOST_MEASURED, MOST_NOTES] = [20_000, 4000]
const [OFF, HOLD] = [-1, -2]
const VELOCITY = 80

/** When a step's decision sounds, and by when it had to be made. */
interface Due {
  readonly when: number
  readonly deadline?: number
}

/** A key that went down, on the audio clock. */
interface Onset {
  readonly pitch: number
  readonly seconds: number
}

/** Plays a duet in time: with a person's keys, or with a performer that is replayed. */
export class DuetPlayer {
  isPlaying = false
  /** Both lines, the notes that sound as long as they are known. */
  notes: Record<Side, StepNote[]> = { you: [], partner: [] }
  state: DuetState | null = null
  /** The partner's last decision that changed something. */
  decision: DuetDecision | null = null
  times: DuetTimes = noTimes()
  grid: Grid | null = null
  request: DuetRequest | null = null
  private readonly parts: DuetParts
  private before: { readonly state: DuetState; readonly decision: DuetDecision } | null = null
  private committed: DuetDecision | null = null
  private pending: Onset | null = null
  private onset: Onset | null = null
  private offStep: number | null = null
  private follower: PerformerClock = startClock(1)
  private velocity = VELOCITY
  private readonly said = new Set<string>()

  constructor(parts: DuetParts) {
    this.parts = parts
  }

  /** Where the music is, in steps; null before and after it. */
  get position(): number | null {
    return this.isPlaying && this.grid !== null ? stepAtTime(this.grid, this.parts.now()) : null
  }

  start(request: DuetRequest): void {
    this.stop()
    const { partner, settings, seed, stepsPerBar, performer } = request
    const countIn = performer === null ? stepsPerBar : 0
    const step = stepSeconds({ ...request.grid, originSeconds: 0 })
    this.request = request
    this.grid = { ...request.grid, originSeconds: this.parts.now() + START_SECONDS + countIn * step }
    this.state = partner.start({ grid: { stepsPerBar }, settings, seed })
    this.notes = { you: [], partner: [] }
    this.times = noTimes()
    this.follower = startClock(step)
    this.velocity = VELOCITY
    this.before = this.committed = this.pending = this.onset = this.decision = null
    this.offStep = null
    this.said.clear()
    this.isPlaying = true
    this.parts.clock.start()
  }

  /** Ends all notes at once. */
  stop(): void {
    if (!this.isPlaying) return
    this.isPlaying = false
    this.parts.clock.stop()
    this.parts.silence()
    for (const side of ['you', 'partner'] as const) this.endNote(side, this.state?.step ?? 0)
    this.parts.onEnd()
  }

  /** Other settings from the next step on. */
  change(settings: Partial<DuetSettings>): void {
    if (this.state !== null && this.request !== null) this.state = this.request.partner.retune(this.state, settings)
  }

  onStretch(from: number, to: number): void {
    const { grid, request } = this
    if (!this.isPlaying || grid === null || request === null) return
    if (request.hasMetronome)
      for (const { step, isAccent } of clicksBetween(grid.metre, stepAtTime(grid, from), stepAtTime(grid, to)))
        this.parts.click(isAccent, timeOfStep(grid, step))
    if (request.performer === null) this.follow(request, grid)
    else this.replay(request, grid, to)
  }

  /** The page was hidden: the partner ended its note, and both lines resume on the next bar line. */
  onLost(): void {
    const { request, grid, state } = this
    if (!this.isPlaying || request === null || grid === null || state === null) return
    this.parts.silence()
    const line = nextBarLine(grid.metre, state.step)
    while ((this.state?.step ?? line) < line) this.rest(request)
    this.grid = {
      ...grid,
      originSeconds: grid.originSeconds + this.parts.now() + START_SECONDS - timeOfStep(grid, line),
    }
    this.follower = { ...this.follower, last: null, drift: 0 }
    this.parts.onRemark('The page was away: the partner ended its note, and resumes on this bar line.')
  }

  // A person's keys

  strike(pitch: number, velocity: number, seconds: number): void {
    const { grid, request } = this
    if (!this.isPlaying || grid === null || request === null || request.performer !== null) return
    if (pitch < PERFORMER_RANGE.lowest || pitch > PERFORMER_RANGE.highest)
      this.say(
        `Notes outside ${PERFORMER_RANGE.lowest} to ${PERFORMER_RANGE.highest} are rare for the partner: it may answer oddly.`,
      )
    const chord = this.onset !== null && seconds - this.onset.seconds < CHORD_SECONDS ? this.onset : null
    if (chord !== null) this.say('Two notes at once: the top one leads.')
    if (chord !== null && pitch < chord.pitch) return
    this.onset = { pitch, seconds }
    this.velocity = velocity
    const { clock, arrival } = hearOnset(this.follower, seconds - grid.originSeconds)
    if (chord === null) this.follower = clock
    const now = this.state?.step ?? 0
    if (arrival.step < now || chord !== null) return this.answerLate(request, { pitch, seconds })
    while ((this.state?.step ?? arrival.step) < arrival.step)
      this.close(request, this.dueEvent(), { when: this.parts.now() })
    this.offStep = null
    if (this.state?.settings.clock === 'committed') return void (this.pending = { pitch, seconds })
    const when = this.close(request, pitch, { when: this.parts.now() })
    if (when !== null) this.measureAnswer(seconds, when)
  }

  /** @param when the partner's note begins, asked for at the earliest now. */
  private measureAnswer(struck: number, when: number): void {
    measure(this.times.answers, 1000 * (Math.max(when, this.parts.now()) - struck))
    measure(this.times.asynchronies, 1000 * (when - struck))
  }

  release(pitch: number, seconds: number): void {
    const { grid } = this
    if (!this.isPlaying || grid === null || this.onset?.pitch !== pitch) return
    const step = Math.round((seconds - grid.originSeconds - this.follower.lateness) / this.follower.secondsPerStep)
    this.offStep = Math.max(step, this.state?.step ?? 0)
  }

  /** Decides the steps whose time for an onset is over; by the committed clock those that are about to sound. */
  private follow(request: DuetRequest, grid: Grid): void {
    for (let state = this.state; state !== null && this.isPlaying; state = this.state) {
      const time = timeOfStep(grid, state.step)
      const now = this.parts.now()
      if (state.settings.clock === 'committed' && this.committed === null) {
        if (now < time - COMMIT_SECONDS - TICK_MILLISECONDS / 1000) return
        this.committed = this.choose(request, state, HOLD)
        this.play(this.committed, Math.max(now, time))
      }
      const closes = time + Math.max(0, this.follower.lateness) + WINDOW_SECONDS
      if (now < closes) return
      const deadline = closes + (2 * TICK_MILLISECONDS) / 1000
      this.close(request, this.pending?.pitch ?? this.dueEvent(), { when: now, deadline })
    }
  }

  private dueEvent(): number {
    if (this.offStep === null || this.state === null || this.state.step < this.offStep) return HOLD
    this.offStep = null
    return OFF
  }

  /** An onset whose step was decided: it is answered where nothing was played on that step, and remembered in any case. */
  private answerLate(request: DuetRequest, { pitch, seconds }: Onset): void {
    if (this.before === null) return
    const { state, decision } = this.before
    const again = decision.event === HOLD ? request.partner.answerLate(state, pitch) : null
    this.offStep = null
    this.changeNote('you', pitch, state.step)
    if (again !== null) {
      const when = this.parts.now()
      this.play(again.decision, when)
      if (again.decision.event >= 0) this.measureAnswer(seconds, when)
    }
    this.before = { state, decision: again?.decision ?? decision }
    this.state = again?.state ?? request.partner.hear(state, decision, pitch)
  }

  // Steps

  /** Steps of a performer who is known beforehand, as far as they sound before a time. */
  private replay(request: DuetRequest, grid: Grid, to: number): void {
    const events = request.performer ?? []
    for (let state = this.state; state !== null && this.isPlaying; state = this.state) {
      const when = timeOfStep(grid, state.step)
      if (when >= to) return
      if (state.step >= events.length) return this.finish(when)
      const event = events[state.step] ?? HOLD
      this.close(request, event, { when, deadline: when })
      this.soundPerformer(event, when)
    }
  }

  private soundPerformer(event: number, when: number): void {
    if (event === HOLD) return
    const last = this.notes.you.at(event >= 0 ? -2 : -1)
    if (last !== undefined) this.parts.release('you', last.pitch, when)
    if (event >= 0) this.parts.strike('you', { pitch: event, velocity: VELOCITY }, when)
  }

  private finish(when: number): void {
    if (this.parts.now() >= when) this.stop()
  }

  /** Decides a step, unless it is committed, and goes to the next; when the partner's note begins, or null where none does. */
  private close(request: DuetRequest, event: number, { when, deadline = Infinity }: Due): number | null {
    const { state } = this
    if (state === null) return null
    const decision = this.committed ?? this.choose(request, state, event)
    if (this.committed === null) this.play(decision, when)
    this.times.deadlines += 1
    if (this.parts.now() > deadline) this.times.missed += 1
    this.committed = this.pending = null
    this.before = { state, decision }
    this.changeNote('you', event, state.step)
    this.state = request.partner.hear(state, decision, event)
    this.spare(request)
    return decision.event >= 0 ? when : null
  }

  /** A step on which nobody plays. */
  private rest(request: DuetRequest): void {
    const { state } = this
    if (state === null) return
    const sounds = state.own.token?.pitch != null && state.step > state.own.token.start
    const decision = { step: state.step, event: sounds ? OFF : HOLD, rule: 0, learnt: 0, drawn: 0 }
    const event = state.performer.pitch === null ? HOLD : OFF
    for (const [side, each] of [
      ['you', event],
      ['partner', decision.event],
    ] as const)
      this.changeNote(side, each, state.step)
    this.before = this.committed = this.pending = null
    this.state = request.partner.hear(state, decision, event)
  }

  private choose({ partner }: DuetRequest, state: DuetState, event: number): DuetDecision {
    const began = this.parts.milliseconds()
    const decision = partner.choose(state, event)
    measure(this.times.decisions, this.parts.milliseconds() - began)
    return decision
  }

  /** A machine on which decisions take too long plays by the committed clock from the ninth bar on. */
  private spare({ stepsPerBar }: DuetRequest): void {
    if (this.state?.step !== SLOW.bars * stepsPerBar || this.state.settings.clock === 'committed') return
    const sorted = this.times.decisions.toSorted((a, b) => a - b)
    if ((sorted[Math.floor(sorted.length * 0.99)] ?? 0) <= SLOW.milliseconds) return
    this.change({ clock: 'committed' })
    this.say('Decisions take long on this machine: the partner now decides a step ahead.')
  }

  private play(decision: DuetDecision, when: number): void {
    if (decision.event === HOLD) return
    const last = this.notes.partner.at(-1)
    if (last !== undefined) this.parts.release('partner', last.pitch, when)
    if (decision.event >= 0)
      this.parts.strike('partner', { pitch: decision.event, velocity: this.partnerVelocity }, when)
    this.changeNote('partner', decision.event, decision.step)
    this.decision = decision
  }

  private changeNote(side: Side, event: number, step: number): void {
    if (event === HOLD) return
    this.endNote(side, step)
    if (event < 0) return
    const velocity = side === 'you' ? this.velocity : this.partnerVelocity
    this.notes[side].push({ pitch: event, velocity, startStep: step, endStep: Infinity })
    if (this.notes[side].length > MOST_NOTES) this.notes[side].shift()
  }

  private endNote(side: Side, step: number): void {
    const last = this.notes[side].pop()
    if (last === undefined) return
    const isOpen = last.endStep === Infinity
    if (!isOpen || step > last.startStep) this.notes[side].push(isOpen ? { ...last, endStep: step } : last)
  }

  /** A little softer than the performer. */
  private get partnerVelocity(): number {
    return Math.max(1, Math.round(0.9 * this.velocity))
  }

  private say(text: string): void {
    if (this.said.has(text)) return
    this.said.add(text)
    this.parts.onRemark(text)
  }
}

function noTimes(): DuetTimes {
  return { decisions: [], answers: [], asynchronies: [], deadlines: 0, missed: 0 }
}

function measure(values: number[], value: number): void {
  values.push(value)
  if (values.length > MOST_MEASURED) values.shift()
}
