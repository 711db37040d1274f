import { topShare } from '../../../../src/generation/decode.ts'
import { eventsOfNotes, isPitch, NOTE_OFF } from '../../../../src/melody/melody.ts'
import type { Control, ControlCost } from '../../../../src/results/control.ts'
import type { WeightsPlace } from '../play/messages.ts'
import { type ClockListener } from './clock.ts'
import { runningLateness, withOffset } from './lateness.ts'
import {
  type AnyMetre,
  clicksBetween,
  type Grid,
  METRES,
  nextBarLine,
  stepAtTime,
  stepsPerBarOf,
  timeOfStep,
} from './metre.ts'
import type { Reply } from './partner.ts'
import type { Lateness } from './quantise.ts'
import {
  callEnd,
  type CallLength,
  CLOSING_SECONDS,
  meanVelocity,
  type PlayedNote,
  recordedNotes,
  type StepNote,
  topLine,
} from './recorder.ts'
import type { ReplyDial, ReplyRecipe } from './replyRequest.ts'
import type { Side } from './sound.ts'
import { itemAt } from '../../../../src/support/itemAt.ts'

/** What goes on. */
export type Phase = 'idle' | 'count' | 'call' | 'reply' | 'replay'

/** How a person wants to play. */
export interface DialogueSettings {
  readonly metre: AnyMetre
  readonly beatsPerMinute: number
  readonly swing: number
  readonly callLength: CallLength
  readonly countInBars: number
  readonly isLooped: boolean
  /** The metronome: all the time, before the call only, or never. */
  readonly metronome: 'on' | 'count' | 'off'
  readonly temperature: number
  /** Draws only from the likeliest that have this share together; 1 = from all. */
  readonly topP: number
  readonly seed: number
  readonly iteration: string
  readonly weights: WeightsPlace
  /** A second model that the reply leans to; absent = none. */
  readonly dial?: ReplyDial & { readonly iteration: string }
  /** What the reply to a call is held to; absent = nothing. */
  readonly controlOf?: (call: readonly number[]) => Control
}

/** How a reply was drawn. */
export interface MadeBy extends Pick<DialogueSettings, 'iteration' | 'temperature' | 'topP' | 'seed'> {
  readonly sha256: string
  /** The second model that it leant to; absent = none. */
  readonly dial?: { readonly style: number; readonly iteration: string; readonly sha256: string }
}

/** A call and its reply, on one line of steps that begins with the call. */
export interface Turn extends MadeBy {
  readonly metre: AnyMetre
  readonly beatsPerMinute: number
  readonly swing: number
  readonly call: readonly StepNote[]
  readonly callSteps: number
  readonly reply: readonly StepNote[]
  /** What the reply was held to, and what that cost. */
  readonly control?: Control
  readonly cost?: ControlCost
  /** Bars that were drawn again, the latest last. */
  readonly rewritten?: readonly RewrittenBars[]
}

/** Bars of a turn that were drawn again: the first and the last, counted from 1. */
export interface RewrittenBars extends MadeBy {
  readonly first: number
  readonly last: number
  /** Draws that were compared. */
  readonly candidates: number
}

/** Where the notes of the model come from: the partner's worker; in tests something that answers at once. */
export interface DialoguePartner {
  begin(): void
  hear(weights: WeightsPlace, recipe: ReplyRecipe): void
  ask(weights: WeightsPlace, recipe: ReplyRecipe): Reply
}

/** What the dialogue plays on, and whom it tells. Times are the audio clock's, in seconds. */
export interface DialogueParts {
  readonly now: () => number
  readonly clock: { start(from?: number): void; stop(): void }
  readonly partner: DialoguePartner
  readonly strike: (side: Side, note: { pitch: number; velocity: number }, when: number) => void
  readonly release: (side: Side, pitch: number, when: number) => void
  readonly click: (isAccent: boolean, when: number) => void
  readonly silence: () => void
  readonly onPhase: (phase: Phase) => void
  /** The turn on the desk has changed: a note more, or another turn. */
  readonly onTurn: () => void
  readonly onRemark: (text: string) => void
}

/** The reply is asked for this long before it begins; it may be asked again until `CLOSING_SECONDS` less. */
const ASK_SECONDS = 0.14
/** After this the reply's first note is on its way to the sound: what is struck later is not part of the call. */
const LOCK_SECONDS = CLOSING_SECONDS - 0.01
/** A note struck so long before a call begins belongs to it. */
const EARLY_SECONDS = 0.12
const START_SECONDS = 0.06
/** A page that is only busy for a moment still hears the keys, with their times; one that slept for longer does not. */
const SLEPT_SECONDS = 2
/** Calls with fewer notes say nothing of how late a player is. */
const NOTES_FOR_LATENESS = 4

/** A reply that waits for its time, or sounds. */
interface Answering {
  readonly reply: Reply
  /** Step, on the call's grid, at which it begins. */
  startStep: number
  /** Index of the next event to be scheduled. */
  next: number
  sounding: number | null
  readonly velocity: number
}

/** Call and response in time: records a call, has it answered on the next bar line, and begins again where it is looped. */
export class Dialogue implements ClockListener {
  phase: Phase = 'idle'
  settings: DialogueSettings
  /** Turns that are over, the oldest first. */
  turns: readonly Turn[] = []
  /** The turn that goes on, as far as it is known. */
  current: Turn | null = null
  /** Offsets of the calls before, in seconds. */
  offsets: readonly number[] = []
  /** Reply events that were scheduled after their time. */
  late = 0
  /** Milliseconds from the request to the first event of the reply, of the reply played last. */
  firstAfter = NaN
  grid: Grid
  private readonly parts: DialogueParts
  private readonly firstLateness: () => Lateness
  private played: PlayedNote[] = []
  private answering: Answering | null = null
  private callSteps: number | null = null
  private asked = ''
  private scheduledReplay: readonly Scheduled[] = []
  private pending: DialogueSettings | null = null

  /** @param firstLateness what is known of the player before the first call. */
  constructor(settings: DialogueSettings, parts: DialogueParts, firstLateness: () => Lateness) {
    this.settings = settings
    this.parts = parts
    this.firstLateness = firstLateness
    this.grid = this.gridFrom(0)
  }

  get lateness(): Lateness {
    return runningLateness(this.offsets, this.firstLateness())
  }

  /** New settings: those that a call is played by hold from the next one on. */
  change(settings: DialogueSettings): void {
    this.pending = settings
    const { isLooped, metronome } = settings
    this.settings = this.phase === 'idle' ? settings : { ...this.settings, isLooped, metronome }
  }

  /** Where the music is, in steps of the turn on the desk; null while nothing goes on. Negative while it is counted in. */
  get position(): number | null {
    if (this.phase === 'idle') return null
    return stepAtTime(this.grid, this.parts.now())
  }

  /** Begins with a count-in. */
  start(): void {
    this.stop()
    const { metre, countInBars } = this.settings
    const start = this.parts.now() + START_SECONDS
    this.grid = this.gridFrom(start)
    const steps = countInBars * stepsPerBarOf(METRES[metre])
    this.beginCall(timeOfStep(this.grid, steps))
    this.enter(countInBars > 0 ? 'count' : 'call')
    this.parts.clock.start(start)
  }

  stop(): void {
    if (this.phase === 'idle') return
    this.parts.clock.stop()
    this.parts.silence()
    this.keep()
    this.answering = null
    this.enter('idle')
  }

  /** A key is struck: recorded during a call; while nothing goes on it begins one, and the clock. */
  strike(pitch: number, velocity: number, seconds: number): void {
    if (this.phase === 'idle') {
      this.beginCall(seconds - this.lateness.offsetSeconds)
      this.enter('call')
      this.parts.clock.start(this.parts.now())
    }
    const isEarly = this.phase === 'count' && seconds < this.grid.originSeconds - EARLY_SECONDS
    if (this.phase === 'replay' || isEarly) return
    this.played.push({ pitch, velocity, startSeconds: seconds, endSeconds: null })
    this.listen()
  }

  release(pitch: number, seconds: number): void {
    const at = this.played.findLastIndex((note) => note.pitch === pitch && note.endSeconds === null)
    const note = this.played[at]
    if (note === undefined) return
    this.played[at] = { ...note, endSeconds: Math.max(note.startSeconds + 0.001, seconds) }
    if (this.phase === 'call') this.record()
  }

  /** Plays all turns again. */
  replay(turns: readonly Turn[]): void {
    this.stop()
    const first = turns[0]
    if (first === undefined) return
    this.grid = { ...gridOfTurn(first), originSeconds: this.parts.now() + START_SECONDS }
    this.scheduledReplay = scheduleOf(turns)
    this.enter('replay')
    this.parts.clock.start()
  }

  /** The model answers once more: the call of a turn, which may have been edited, with a seed. */
  async answerAgain(turn: Turn, settings: DialogueSettings): Promise<Turn> {
    const { metre, callSteps: steps } = turn
    const reply = await this.made(settings.weights, heldRecipe(turn.call, { steps, settings: { ...settings, metre } }))
    const velocity = meanVelocity(turn.call)
    return {
      ...withoutControl(turn),
      ...madeBy(settings),
      ...heldTo(reply),
      reply: notesOfReply(reply, velocity, steps),
    }
  }

  /** What the partner makes of a recipe, once it is whole or has failed. */
  async made(weights: WeightsPlace, recipe: ReplyRecipe): Promise<Reply> {
    const reply = this.parts.partner.ask(weights, recipe)
    while (!reply.isWhole && !reply.hasFailed) await new Promise((done) => setTimeout(done, 10))
    return reply
  }

  // The clock

  onStretch(from: number, to: number): void {
    this.scheduleClicks(from, to)
    if (this.phase === 'replay') return this.stretchReplay(from, to)
    const now = this.parts.now()
    if (this.phase === 'count' && stepAtTime(this.grid, now) >= 0) this.enter('call')
    if (this.phase === 'call') this.closeCall(now)
    if (this.phase === 'reply') this.scheduleReply(now, to)
  }

  onLost(seconds: number): void {
    if (this.phase === 'reply' || seconds > SLEPT_SECONDS) this.parts.silence()
    const gone = `The page stood still for ${seconds.toFixed(1)} s`
    if (this.phase === 'replay') {
      this.stop()
      this.parts.onRemark(`${gone}: press Play again to go on.`)
    } else if (this.phase === 'reply' && this.answering !== null) {
      this.moveReply(this.parts.now() + START_SECONDS)
      this.parts.onRemark(`${gone}: the reply goes on at the next bar line.`)
    } else if (this.phase !== 'idle' && seconds > SLEPT_SECONDS) {
      this.start()
      this.parts.onRemark(`${gone}: your call begins again.`)
    }
  }

  private gridFrom(originSeconds: number): Grid {
    const { metre, beatsPerMinute, swing } = this.settings
    return { metre: METRES[metre], beatsPerMinute, swing, originSeconds }
  }

  private enter(phase: Phase): void {
    this.phase = phase
    this.parts.onPhase(phase)
  }

  private scheduleClicks(from: number, to: number): void {
    const { metronome } = this.settings
    const [first, last] = [stepAtTime(this.grid, from), stepAtTime(this.grid, to)]
    for (const { step, isAccent } of clicksBetween(this.grid.metre, Math.ceil(first - 1e-9), last)) {
      const when = timeOfStep(this.grid, step)
      const isHeard = metronome === 'on' ? this.phase !== 'replay' : metronome === 'count' && step < 0
      if (isHeard && when >= from && when < to) this.parts.click(isAccent, when)
    }
  }

  // The call

  private beginCall(originSeconds: number): void {
    this.keep()
    this.settings = this.pending ?? this.settings
    this.grid = this.gridFrom(originSeconds)
    this.played = this.played.filter(({ startSeconds }) => startSeconds >= originSeconds - EARLY_SECONDS)
    this.answering = null
    this.asked = ''
    const { callLength, metre } = this.settings
    this.callSteps = callLength === 'rest' ? null : callLength * stepsPerBarOf(METRES[metre])
    this.current = null
    this.parts.partner.begin()
    if (this.played.length > 0) this.listen()
    this.parts.onTurn()
  }

  /** What was played so far, on the grid; the model takes it in. */
  private listen(): void {
    if (this.phase === 'reply') return
    const { call } = this.record()
    const last = call.at(-1)
    if (last === undefined) return
    const recipe = recipeOf(call, { steps: last.startStep + 1, settings: this.settings })
    if (this.asked === '') this.parts.partner.hear(this.settings.weights, recipe)
  }

  private record(): Turn {
    const bar = stepsPerBarOf(this.grid.metre)
    const last = this.played.at(-1)?.startSeconds ?? this.grid.originSeconds
    const soFar = nextBarLine(this.grid.metre, Math.max(1, stepAtTime(this.grid, last)) + 1) + bar
    const endStep = this.callSteps ?? soFar
    const { notes } = recordedNotes(this.played, this.grid, { lateness: this.lateness, endStep })
    const { metre, beatsPerMinute, swing } = this.settings
    this.current = {
      ...{ ...madeBy(this.settings), metre, beatsPerMinute, swing },
      ...{ call: notes, callSteps: endStep, reply: [] },
    }
    this.parts.onTurn()
    return this.current
  }

  /** Asks for the reply shortly before the call's end, again if another key is struck, and lets it begin. */
  private closeCall(now: number): void {
    const { callLength, isLooped } = this.settings
    const end = callEnd(this.played, this.grid, {
      ...{ length: callLength, seconds: now + ASK_SECONDS },
      offsetSeconds: this.lateness.offsetSeconds,
    })
    if (end === null) {
      if (callLength === 'rest') this.callSteps = null
      return void (this.asked = '')
    }
    const bar = stepsPerBarOf(this.grid.metre)
    const startStep = callLength === 'rest' ? nextBarLine(this.grid.metre, end) + bar : end
    if (this.played.length === 0) return this.missCall(startStep, now, isLooped)
    this.ask(end, startStep)
    if (now < timeOfStep(this.grid, startStep) - LOCK_SECONDS) return
    const { offsetSeconds } = recordedNotes(this.played, this.grid, { lateness: this.lateness, endStep: end })
    if (this.played.length >= NOTES_FOR_LATENESS) this.offsets = withOffset(this.offsets, offsetSeconds)
    this.enter('reply')
  }

  /** Nothing was played: the call is waited for once more, or given up. */
  private missCall(startStep: number, now: number, isLooped: boolean): void {
    if (now < timeOfStep(this.grid, startStep) - START_SECONDS) return
    if (isLooped) return this.beginCall(timeOfStep(this.grid, startStep))
    this.stop()
    this.parts.onRemark(
      'No note was played, so there is nothing to answer. Press Start, or just play: the first key starts the clock.',
    )
  }

  private ask(end: number, startStep: number): void {
    this.callSteps = end
    const { call } = this.record()
    const recipe = heldRecipe(call, { steps: end, settings: this.settings })
    const key = JSON.stringify(recipe)
    if (key === this.asked) return
    this.asked = key
    const reply = this.parts.partner.ask(this.settings.weights, recipe)
    this.answering = { reply, startStep, next: 0, sounding: null, velocity: meanVelocity(call) }
  }

  // The reply

  private scheduleReply(now: number, to: number): void {
    const answering = this.answering
    if (answering === null) return
    const { reply } = answering
    if (reply.hasFailed) return this.stop()
    for (; answering.next < reply.events.length; answering.next++) {
      let when = this.replyTime(answering, answering.next)
      if (when >= to) break
      if (when < now - 0.005 && answering.next === 0) {
        this.moveReply(now + START_SECONDS)
        when = this.replyTime(answering, 0)
        if (when >= to) break
      }
      if (when < now) this.late++
      this.playEvent(answering, itemAt(reply.events, answering.next), Math.max(when, now))
    }
    this.firstAfter = reply.firstAfter
    const end = this.replyTime(answering, reply.steps)
    if (answering.next === reply.steps && end < to) this.endReply(answering, end)
  }

  private replyTime({ startStep }: Answering, event: number): number {
    return timeOfStep(this.grid, startStep + event)
  }

  private playEvent(answering: Answering, event: number, when: number): void {
    if (event < NOTE_OFF) return
    if (answering.sounding !== null) this.parts.release('partner', answering.sounding, when)
    answering.sounding = null
    if (isPitch(event)) {
      this.parts.strike('partner', { pitch: event, velocity: answering.velocity }, when)
      answering.sounding = event
    }
    this.showReply(answering)
  }

  private showReply({ reply, velocity }: Answering): void {
    if (this.current === null) return
    this.current = {
      ...this.current,
      ...heldTo(reply),
      reply: notesOfReply(reply, velocity, this.current.callSteps),
    }
    this.parts.onTurn()
  }

  /** The rest of the reply begins on a later bar line: it was not ready, or the page was not seen. */
  private moveReply(seconds: number): void {
    const { answering } = this
    if (answering === null) return
    const bar = stepsPerBarOf(this.grid.metre)
    while (this.replyTime(answering, answering.next) < seconds) answering.startStep += bar
    answering.sounding = null
  }

  private endReply(answering: Answering, end: number): void {
    if (answering.sounding !== null) this.parts.release('partner', answering.sounding, end)
    this.showReply(answering)
    if (this.settings.isLooped) {
      this.beginCall(end)
      return this.enter('call')
    }
    this.parts.clock.stop()
    this.keep()
    this.answering = null
    this.enter('idle')
  }

  /** Puts the turn that goes on among those that are over, if it was answered. */
  private keep(): void {
    if (this.current !== null && this.current.call.length > 0) this.turns = [...this.turns, this.current]
    this.current = null
  }

  private stretchReplay(from: number, to: number): void {
    for (const each of this.scheduledReplay) {
      const when = timeOfStep(this.grid, each.step)
      if (when < from || when >= to) continue
      if (each.velocity === null) this.parts.release(each.side, each.pitch, when)
      else this.parts.strike(each.side, { pitch: each.pitch, velocity: each.velocity }, when)
    }
    const end = this.scheduledReplay.at(-1)?.step ?? 0
    if (this.parts.now() <= timeOfStep(this.grid, end) + 0.3) return
    this.parts.clock.stop()
    this.enter('idle')
  }
}

/** What a step of a replay does: strikes a pitch, or without a velocity releases it. */
interface Scheduled {
  readonly step: number
  readonly side: Side
  readonly pitch: number
  readonly velocity: number | null
}

/** Steps of a turn: call and reply are equally long. */
export const turnSteps = ({ callSteps, reply }: Turn): number => (reply.length > 0 ? 2 : 1) * callSteps

/** All notes of turns that follow each other, with their side; steps count from the first call. */
export function notesOfTurns(turns: readonly Turn[]): (StepNote & { readonly side: Side })[] {
  let from = 0
  return turns.flatMap((turn) => {
    const at = from
    from += turnSteps(turn)
    const moved = (side: Side) => (note: StepNote) => ({
      ...{ ...note, side, startStep: note.startStep + at, endStep: note.endStep + at },
    })
    return [...turn.call.map(moved('you')), ...turn.reply.map(moved('partner'))]
  })
}

function scheduleOf(turns: readonly Turn[]): Scheduled[] {
  return notesOfTurns(turns)
    .flatMap(({ side, pitch, velocity, startStep, endStep }) => [
      { step: startStep, side, pitch, velocity },
      { step: endStep, side, pitch, velocity: null },
    ])
    .toSorted((a, b) => a.step - b.step || Number(a.velocity !== null) - Number(b.velocity !== null))
}

/** The grid that a turn was played on, from second 0. */
export function gridOfTurn({ metre, beatsPerMinute, swing }: Turn): Grid {
  return { metre: METRES[metre], beatsPerMinute, swing, originSeconds: 0 }
}

/** The notes of a reply as far as it is made, behind the call. */
function notesOfReply({ events }: Pick<Reply, 'events'>, velocity: number, callSteps: number): StepNote[] {
  const notes: StepNote[] = []
  for (const [step, event] of events.entries()) {
    const last = notes.at(-1)
    if (event >= NOTE_OFF && last?.endStep === Infinity)
      notes[notes.length - 1] = { ...last, endStep: callSteps + step }
    if (isPitch(event)) notes.push({ pitch: event, velocity, startStep: callSteps + step, endStep: Infinity })
  }
  return notes.map((note) => ({ ...note, endStep: Math.min(note.endStep, callSteps + events.length) }))
}

/** What a reply was held to, and the cost as far as it is known. */
function heldTo({ recipe: { control }, cost }: Reply): Pick<Turn, 'control' | 'cost'> {
  return { ...(control === undefined ? {} : { control }), ...(cost === null ? {} : { cost }) }
}

/** A turn without what is only true of its reply. */
function withoutControl({ control: _control, cost: _cost, dial: _dial, rewritten: _rewritten, ...turn }: Turn): Turn {
  return turn
}

/** How a reply under these settings is drawn. */
export function madeBy({ iteration, temperature, topP, seed, weights, dial }: DialogueSettings): MadeBy {
  const toward = dial && { style: dial.style, iteration: dial.iteration, sha256: dial.weights.sha256 }
  const one = { iteration, temperature, topP, seed, sha256: weights.sha256 }
  return toward === undefined ? one : { ...one, dial: toward }
}

/** The part of a recipe that says how is drawn. */
export function drawnAs({
  temperature,
  topP,
  seed,
  dial,
}: DialogueSettings): Pick<ReplyRecipe, 'temperature' | 'topP' | 'seed' | 'dial'> {
  const toward = dial && { style: dial.style, weights: dial.weights }
  return { temperature, topP: topShare(topP), seed, ...(toward === undefined ? {} : { dial: toward }) }
}

/** The metre as models take it; absent = 4/4. */
export function metreOf(name: AnyMetre): Pick<ReplyRecipe, 'timeSignature'> {
  const { numerator, denominator } = METRES[name]
  return name === '4/4' ? {} : { timeSignature: { numerator, denominator } }
}

/** A recipe with what the reply is held to. */
function heldRecipe(call: readonly StepNote[], options: { steps: number; settings: DialogueSettings }): ReplyRecipe {
  const recipe = recipeOf(call, options)
  const control = options.settings.controlOf?.(recipe.call) ?? {}
  return Object.keys(control).length === 0 ? recipe : { ...recipe, control }
}

function recipeOf(
  call: readonly StepNote[],
  { steps, settings }: { steps: number; settings: DialogueSettings },
): ReplyRecipe {
  return {
    call: eventsOfNotes(topLine(call), steps),
    totalSteps: 2 * steps,
    ...drawnAs(settings),
    ...metreOf(settings.metre),
  }
}
