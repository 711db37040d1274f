import { NOTHING_WATCHED, beforeStep, type Sight, watch, type Watched } from '../dataset/otherVoice.ts'
import type { BarGrid } from '../dataset/noteInputs.ts'
import { LONGEST_TOKEN } from '../dataset/tokens.ts'
import { exp, log } from '../model/portableMath.ts'
import type { BesideDistribution, NoteReader, NoteState } from '../model/notes/noteInference.ts'
import { LEAST_PROBABILITY, pitchProbabilities } from '../model/tokenDistribution.ts'
import { mulberry32 } from '../support/random.ts'
import { type DuetMode, type DuetPlace, ruleScore, type RuleSettings, silenceScore } from './rules.ts'
import { hearKey, NO_KEY, type RunningKey, tonalityOf } from './runningKey.ts'

/** When the partner decides: once it has heard the performer's step, or a step ahead of it. */
export const DUET_CLOCKS = ['at-once', 'committed'] as const
/** When the partner decides. */
export type DuetClock = (typeof DUET_CLOCKS)[number]

/** How the partner plays. */
export interface DuetSettings extends RuleSettings {
  /** Weight of the rules; 0 leaves them out. */
  readonly lambda: number
  readonly temperature: number
  /** The partner's lowest and highest MIDI pitch. */
  readonly range: readonly [number, number]
  readonly clock: DuetClock
}

/** Settings where none are given. */
export const DUET_SETTINGS: DuetSettings = {
  ...{ mode: 'free', octaves: false, noParallels: false, lambda: 4, temperature: 1 },
  ...{ range: [36, 84], clock: 'at-once' },
}

/** Where a duet stands between two steps; never changed. */
export interface DuetState {
  readonly settings: DuetSettings
  /** The step that is decided next. */
  readonly step: number
  readonly performer: Watched
  /** The performer's last three notes, the last one first. */
  readonly heard: readonly number[]
  readonly key: RunningKey
  /** The network's memory of the partner's own line. */
  readonly own: NoteState
  /** What it says of the partner's token. */
  readonly says: BesideDistribution
  /** Pitch of the partner's last note; null before the first. */
  readonly last: number | null
  readonly unisons: number
  /** State of the random numbers. */
  readonly random: number
}

/** What the partner does on a step, and why. */
export interface DuetDecision {
  readonly step: number
  /** A pitch that begins, -1: its note ends, -2: no change. */
  readonly event: number
  /** The rules' score of it, at most 0. */
  readonly rule: number
  /** Log-probability of it by the network alone, and of the mixture that it was drawn from; nats. */
  readonly learnt: number
  readonly drawn: number
}

/** A partner: pure functions of its state and what was heard. */
export interface Partner {
  /** Before the first step. */
  start(options: DuetStart): DuetState
  /**
   * The decision on the state's step, given the performer's event on it: a pitch that begins, -1 or -2. By the committed clock the
   * event is not looked at, only remembered.
   */
  decide(state: DuetState, event: number): { readonly state: DuetState; readonly decision: DuetDecision }
  /** The decision on a step whose onset came after "no change" was decided, at once; null by the committed clock. */
  answerLate(state: DuetState, event: number): { readonly state: DuetState; readonly decision: DuetDecision } | null
  /** The state after a step on which the partner had already decided when the performer's event came. */
  hear(state: DuetState, decision: DuetDecision, event: number): DuetState
  /** The same duet by other settings, from the next step on. */
  retune(state: DuetState, settings: Partial<DuetSettings>): DuetState
}

/** How a duet begins. */
export interface DuetStart {
  readonly grid: BarGrid
  readonly settings?: Partial<DuetSettings>
  readonly seed?: number
}

/** Own notes that can be looked back at: memory does not grow with the duet. */
const REMEMBERED = 128
const HEARD = 3
const [OFF, HOLD] = [-1, -2]

/** A partner that plays by a network with a second voice. Runs in a browser. */
export function createPartner(reader: NoteReader): Partner {
  return {
    start({ grid, settings = {}, seed = 1 }) {
      const own = reader.begin(reader.start(grid), { pitch: null, start: 0 })
      return {
        ...{ settings: { ...DUET_SETTINGS, ...settings }, step: 0, performer: NOTHING_WATCHED, heard: [], key: NO_KEY },
        ...{ own, says: reader.predictBeside(own), last: null, unisons: 0, random: seed | 0 },
      }
    },
    decide(state, event) {
      const decision = decisionOn(state, event)
      return { state: after(reader, state, { event, decision }), decision }
    },
    answerLate(state, event) {
      if (state.settings.clock === 'committed') return null
      const decision = decisionOn(state, event)
      return { state: after(reader, state, { event, decision }), decision }
    },
    hear: (state, decision, event) => after(reader, state, { event, decision }),
    retune: (state, settings) => ({ ...state, settings: { ...state.settings, ...settings } }),
  }
}

/** The place that the rules look at, with what the clock lets them know. */
function placeOf(state: DuetState, sight: Sight): DuetPlace {
  const { heard, key, last, unisons } = state
  const begins = sight.event === 'begins'
  const notes = begins ? [sight.pitch!, ...heard].slice(0, HEARD) : heard
  const known = begins ? hearKey(key, sight.pitch!) : key
  return { tonality: tonalityOf(known), performer: sight.pitch, begins, heard: notes, own: last, unisons }
}

function decisionOn(state: DuetState, event: number): DuetDecision {
  const { settings, step, own, says, performer } = state
  const token = own.token!
  const age = step - token.start
  if (age === 0) return { step, event: HOLD, rule: 0, learnt: 0, drawn: 0 }
  const sight = settings.clock === 'at-once' ? watch(performer, event) : beforeStep(performer)
  const actions = actionsOf(says, {
    age: Math.min(age, LONGEST_TOKEN),
    sight,
    isResting: token.pitch === null,
    settings,
  })
  const place = placeOf(state, sight)
  const scores = actions.map(({ event: action, probability }) => {
    const pitch = action >= 0 ? action : action === HOLD ? token.pitch : null
    const rule =
      settings.lambda === 0
        ? 0
        : pitch === null
          ? silenceScore(place, settings)
          : ruleScore({ pitch, isNew: action >= 0 }, place, settings)
    const learnt = log(Math.max(probability, LEAST_PROBABILITY))
    return { event: action, rule, learnt, score: learnt / settings.temperature + settings.lambda * rule }
  })
  return drawn(scores, { step, random: state.random })
}

interface Looking {
  readonly age: number
  readonly sight: Sight
  readonly isResting: boolean
  readonly settings: DuetSettings
}

/** What the partner may do, and how likely each is by the network. */
function actionsOf(says: BesideDistribution, { age, sight, isResting, settings }: Looking) {
  const begins = says.begins(age, sight)
  const { rest, intervals } = says.next(age, sight)
  const pitches = pitchProbabilities(intervals, says.reference)
  const [lowest, highest] = settings.range
  const actions = [{ event: HOLD, probability: 1 - begins }]
  if (!isResting) actions.push({ event: OFF, probability: begins * rest })
  const sounds = begins * (isResting ? 1 : 1 - rest)
  for (let pitch = lowest; pitch <= highest; pitch++)
    actions.push({ event: pitch, probability: sounds * pitches[pitch]! })
  return actions
}

interface Scored {
  readonly event: number
  readonly rule: number
  readonly learnt: number
  readonly score: number
}

function drawn(
  scores: readonly Scored[],
  { step, random }: { readonly step: number; readonly random: number },
): DuetDecision {
  const largest = scores.reduce((most, { score }) => Math.max(most, score), -Infinity)
  const shares = scores.map(({ score }) => exp(score - largest))
  const total = shares.reduce((sum, share) => sum + share, 0)
  let left = mulberry32(random).next() * total
  let n = 0
  while (n < shares.length - 1 && (left -= shares[n]!) >= 0) n++
  const { event, rule, learnt } = scores[n]!
  return { step, event, rule, learnt, drawn: log(shares[n]! / total) }
}

interface Happened {
  readonly event: number
  readonly decision: DuetDecision
}

/** The state once both voices' events of its step are known. */
function after(reader: NoteReader, state: DuetState, { event, decision }: Happened): DuetState {
  const { step, last } = state
  const performer = watch(state.performer, event)
  const heard = event >= 0 ? [event, ...state.heard].slice(0, HEARD) : state.heard
  const key = event >= 0 ? hearKey(state.key, event) : state.key
  const random = mulberry32(state.random)
  random.next()
  const next = { ...state, performer, heard, key, step: step + 1, random: random.state() }
  if (decision.event === HOLD) return next
  const pitch = decision.event === OFF ? null : decision.event
  const begun = reader.begin(state.own, { pitch, start: step }, performer)
  const own = { ...begun, past: begun.past.slice(-REMEMBERED) }
  const isUnison = pitch !== null && performer.pitch !== null && (performer.pitch - pitch) % 12 === 0
  return {
    ...next,
    own,
    says: reader.predictBeside(own),
    last: pitch ?? last,
    unisons: pitch === null ? state.unisons : isUnison ? state.unisons + 1 : 0,
  }
}

/** How a whole duet is played. */
export interface PlayOptions extends DuetStart {
  /** Asked before each step for other settings; null = none. */
  readonly change?: (step: number, state: DuetState) => Partial<DuetSettings> | null
}

/** Both lines of a duet, and what was decided. */
export interface PlayedDuet {
  readonly performer: readonly number[]
  readonly partner: readonly number[]
  readonly decisions: readonly DuetDecision[]
  /** The mode that held on each step. */
  readonly modes: readonly DuetMode[]
}

/**
 * A whole duet with a performer who is known beforehand, step by step as live.
 * @param performer events, one per step.
 */
export function playDuet(partner: Partner, performer: readonly number[], options: PlayOptions): PlayedDuet {
  const { change = () => null, ...start } = options
  let state = partner.start(start)
  const decisions: DuetDecision[] = []
  const modes: DuetMode[] = []
  performer.forEach((event, step) => {
    const changed = change(step, state)
    if (changed !== null) state = partner.retune(state, changed)
    const taken = partner.decide(state, event)
    state = taken.state
    decisions.push(taken.decision)
    modes.push(state.settings.mode)
  })
  return { performer, partner: decisions.map(({ event }) => event), decisions, modes }
}
