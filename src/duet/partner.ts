import type { DuetMode } from '../config/duetModes.ts'
import { NOTHING_WATCHED, beforeStep, type Sight, watch, type Watched } from '../dataset/otherVoice.ts'
import type { BarGrid } from '../dataset/noteInputs.ts'
import { LONGEST_TOKEN } from '../dataset/tokens.ts'
import { cut } from '../model/cut.ts'
import { exp, log } from '../model/portableMath.ts'
import type { BesideDistribution, NoteReader, NoteState } from '../model/notes/noteInference.ts'
import { powered } from '../model/temperedTokens.ts'
import { LEAST_PROBABILITY, pitchProbabilities } from '../model/tokenDistribution.ts'
import { itemAt } from '../support/itemAt.ts'
import { mulberry32 } from '../support/random.ts'
import { type DuetPlace, PENALTIES, ruleScore, type RuleSettings, silenceScore } from './rules.ts'
import { hearKey, NO_KEY, type RunningKey, tonalityOf } from './runningKey.ts'

/** When the partner decides: once it has heard the performer's step, or a step ahead of it. */
export const DUET_CLOCKS = ['at-once', 'committed'] as const
/** When the partner decides. */
export type DuetClock = (typeof DUET_CLOCKS)[number]

/** Where the partner stays beside the performer. */
export const DUET_SIDES = ['below', 'above', 'either'] as const
/** Where the partner stays beside the performer. */
export type DuetSide = (typeof DUET_SIDES)[number]

/** How the partner plays. */
export interface DuetSettings extends RuleSettings {
  /** Weight of the rules; 0 leaves them out. */
  readonly lambda: number
  readonly temperature: number
  /** Share of the pitches' probability, the likeliest first, that notes are drawn from; 1 = all. */
  readonly topP: number
  /** The partner's lowest and highest MIDI pitch. */
  readonly range: readonly [number, number]
  /** Where it stays beside the performer's last note, while no rule says where to play. */
  readonly side: DuetSide
  /** Steps below which the partner's own notes count as too short for the rules; 1 = none is. */
  readonly leastSteps: number
  readonly clock: DuetClock
}

/** Settings where none are given; weight, temperature and top-p as `npm run bench duet` chose them on validation passages. */
export const DUET_SETTINGS: DuetSettings = {
  ...{ mode: 'free', octaves: false, noParallels: false, lambda: 2, temperature: 1, topP: 0.7 },
  ...{ range: [36, 84], side: 'below', leastSteps: 1, clock: 'at-once' },
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
  /** The partner's own line as a listener hears it. */
  readonly played: Watched
  /** What the same network expects of the performer's line: kept by the committed clock alone. */
  readonly foresight: Foresight | null
  /** State of the random numbers. */
  readonly random: number
}

/** A performer's line as the network reads it, and what it says of their next token. */
export interface Foresight {
  readonly line: NoteState
  readonly says: BesideDistribution
}

/** What a performer may do on a step, and how likely that is. */
export interface Foreseen {
  /** A pitch that begins, -1: their note ends, -2: no change. */
  readonly event: number
  readonly probability: number
}

/** What the partner may do on a step, and what speaks for it. */
export interface Weighed {
  /** A pitch that begins, -1: its note ends, -2: no change. */
  readonly event: number
  /** Probability by the network alone. */
  readonly probability: number
  /** The rules' score, at most 0. */
  readonly rule: number
  /**
   * Share of the draws: the network's probability at the temperature, times e to the weighed rule, over all there are; 0 for pitches
   * that the partner's side or top-p leaves out.
   */
  readonly share: number
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
   * All that the partner may do on the state's step, given the performer's event on it; by the committed clock, over what it foresees
   * of that. The shares add up to 1.
   */
  weigh(state: DuetState, event: number): readonly Weighed[]
  /** The decision that `decide` makes, without the state after it. */
  choose(state: DuetState, event: number): DuetDecision
  /** What the committed clock foresees of the performer on the state's step; nothing before its first. */
  foresee(state: DuetState): readonly Foreseen[]
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
        ...{ played: NOTHING_WATCHED, foresight: null },
      }
    },
    weigh,
    choose: decisionOn,
    foresee: foreseen,
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

/** What the rules look at on the state's step, where the performer does what `sight` says. */
export function duetPlace(state: DuetState, sight: Sight): DuetPlace {
  const { heard, key, last, unisons } = state
  const begins = sight.event === 'begins'
  const notes = begins ? [sight.pitch!, ...heard].slice(0, HEARD) : heard
  const known = begins ? hearKey(key, sight.pitch!) : key
  return { tonality: tonalityOf(known), performer: sight.pitch, begins, heard: notes, own: last, unisons }
}

function decisionOn(state: DuetState, event: number): DuetDecision {
  const weighed = weigh(state, event)
  const { step, random } = state
  let left = mulberry32(random).next()
  const taken = weighed.find(({ share }) => (left -= share) < 0) ?? itemAt(weighed, weighed.length - 1)
  const nats = (share: number): number => log(Math.max(share, LEAST_PROBABILITY))
  return { step, event: taken.event, rule: taken.rule, learnt: nats(taken.probability), drawn: nats(taken.share) }
}

function weigh(state: DuetState, event: number): readonly Weighed[] {
  if (state.step === state.own.token?.start) return [{ event: HOLD, probability: 1, rule: 0, share: 1 }]
  if (state.settings.clock === 'at-once') return weighedFor(state, watch(state.performer, event))
  const expected = foreseen(state)
  if (expected.length === 0) return weighedFor(state, beforeStep(state.performer))
  const each = expected.map(({ event: theirs, probability }) => ({
    probability,
    weighed: weighedFor(state, watch(state.performer, theirs)),
  }))
  const mean = (n: number, of: (one: Weighed) => number): number =>
    each.reduce((sum, { probability, weighed }) => sum + probability * of(itemAt(weighed, n)), 0)
  return itemAt(each, 0).weighed.map(({ event: own }, n) => ({
    ...{ event: own, probability: mean(n, (one) => one.probability) },
    ...{ rule: mean(n, ({ rule }) => rule), share: mean(n, ({ share }) => share) },
  }))
}

/** Pitches that a forecast of the performer follows. */
const FORESEEN_PITCHES = 3

function foreseen({ foresight, step, played }: DuetState): Foreseen[] {
  if (foresight === null || foresight.line.token === null) return []
  const { token } = foresight.line
  const age = Math.min(step - token.start, LONGEST_TOKEN)
  const sight = beforeStep(played)
  const begins = foresight.says.begins(age, sight)
  const { rest, intervals } = foresight.says.next(age, sight)
  const pitches = [...pitchProbabilities(intervals, foresight.says.reference)]
    .map((probability, event) => ({ event, probability: begins * (1 - rest) * probability }))
    .sort((a, b) => b.probability - a.probability || a.event - b.event)
    .slice(0, FORESEEN_PITCHES)
  const ends = token.pitch === null ? [] : [{ event: OFF, probability: begins * rest }]
  const all = [{ event: HOLD, probability: 1 - begins }, ...ends, ...pitches]
  const total = all.reduce((sum, { probability }) => sum + probability, 0)
  return all.map(({ event, probability }) => ({ event, probability: probability / total }))
}

/** What the partner may do, where the performer does what `sight` says. */
function weighedFor(state: DuetState, sight: Sight): readonly Weighed[] {
  const { settings, step, own, says } = state
  const token = own.token
  if (token === null) throw new Error('a duet has not begun: call start')
  const age = step - token.start
  const looking = { age: Math.min(age, LONGEST_TOKEN), sight, isResting: token.pitch === null, settings }
  const place = duetPlace(state, sight)
  const scores = actionsOf(says, looking).map(({ event, probability, tempered }) => {
    const pitch = event >= 0 ? event : event === HOLD ? token.pitch : null
    const byMode =
      pitch === null ? silenceScore(place, settings) : ruleScore({ pitch, isNew: event >= 0 }, place, settings)
    const isShort = event !== HOLD && token.pitch !== null && age < settings.leastSteps
    const rule = settings.lambda === 0 ? 0 : byMode - (isShort ? PENALTIES.short : 0)
    const learnt = log(Math.max(tempered, LEAST_PROBABILITY))
    return { event, probability, rule, score: learnt + settings.lambda * rule }
  })
  const shares = sharesOf(scores, pitchesFor(place, settings), settings.topP)
  return scores.map(({ event, probability, rule }, n) => ({ event, probability, rule, share: itemAt(shares, n) }))
}

interface Scored {
  readonly event: number
  readonly score: number
}

/** Shares of the draws by score: of the pitches those that are open, and of these the likeliest; how likely a note is stays. */
function sharesOf(scores: readonly Scored[], [lowest, highest]: readonly [number, number], topP: number): number[] {
  const largest = scores.reduce((most, { score }) => Math.max(most, score), -Infinity)
  const weights = Float64Array.from(scores, ({ score }) => exp(score - largest))
  const total = sum(weights)
  const first = scores.findIndex(({ event }) => event >= 0)
  const pitches = weights.subarray(first)
  const open = pitches.map((weight, n) => {
    const { event } = itemAt(scores, first + n)
    return event >= lowest && event <= highest ? weight : 0
  })
  const kept = cut(open, null, topP === 1 ? null : topP)
  const held = sum(kept)
  const scale = held === 0 ? 0 : sum(pitches) / held
  return Array.from(weights, (weight, n) => (n < first ? weight : itemAt(kept, n - first) * scale) / total)
}

const sum = (values: Float64Array): number => values.reduce((all, value) => all + value, 0)

/** Semitones that are open to the partner at least, however low or high the performer plays. */
const LEAST_REACH = 12

/** Lowest and highest pitch that the partner may play: its range, and of that its side while no rule says where to play. */
function pitchesFor({ heard }: DuetPlace, { mode, lambda, side, range }: DuetSettings): readonly [number, number] {
  const [lowest, highest] = range
  const [theirs] = heard
  if (theirs === undefined || side === 'either' || (mode !== 'free' && lambda > 0)) return range
  if (side === 'below') return [lowest, Math.min(highest, Math.max(theirs, lowest + LEAST_REACH))]
  return [Math.max(lowest, Math.min(theirs, highest - LEAST_REACH)), highest]
}

interface Looking {
  readonly age: number
  readonly sight: Sight
  readonly isResting: boolean
  readonly settings: DuetSettings
}

/** What the partner may do, and how likely each is by the network, and at the temperature: each question has its own. */
function actionsOf(says: BesideDistribution, { age, sight, isResting, settings }: Looking): Action[] {
  const begins = says.begins(age, sight)
  const { rest, intervals } = says.next(age, sight)
  const silence = isResting ? 0 : rest
  const pitches = pitchProbabilities(intervals, says.reference)
  const { temperature, range } = settings
  const all = { begins, silence, pitches }
  const plain = likelihoods(all, range)
  const tempered = temperature === 1 ? plain : likelihoods(atTemperature(all, temperature), range)
  const events = [HOLD, OFF, ...Array.from({ length: range[1] - range[0] + 1 }, (_, n) => range[0] + n)]
  const actions = events.map((event, n) => ({
    ...{ event, probability: itemAt(plain, n), tempered: itemAt(tempered, n) },
  }))
  return isResting ? actions.filter(({ event }) => event !== OFF) : actions
}

interface Action {
  readonly event: number
  readonly probability: number
  readonly tempered: number
}

/** Whether a token begins, whether that is a rest, and which pitch it has otherwise. */
interface Questions {
  readonly begins: number
  readonly silence: number
  readonly pitches: Float64Array
}

/** Of no change, of the end of a note, and of each pitch of a range. */
const likelihoods = (
  { begins, silence, pitches }: Questions,
  [lowest, highest]: readonly [number, number],
): number[] => [
  ...[1 - begins, begins * silence],
  ...Array.from(pitches.subarray(lowest, highest + 1), (share) => begins * (1 - silence) * share),
]

function atTemperature({ begins, silence, pitches }: Questions, temperature: number): Questions {
  const ofTwo = (share: number): number => itemAt(powered([share, 1 - share], temperature), 0)
  return { begins: ofTwo(begins), silence: ofTwo(silence), pitches: powered(pitches, temperature) }
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
  const played = watch(state.played, decision.event)
  const foresight = state.settings.clock === 'committed' ? foresightAfter(reader, state, { event, played }) : null
  const next = { ...state, performer, heard, key, played, foresight, step: step + 1, random: random.state() }
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

interface Listened {
  readonly event: number
  readonly played: Watched
}

/** What is expected of the performer once their event of the state's step is known. */
function foresightAfter(reader: NoteReader, state: DuetState, { event, played }: Listened): Foresight {
  const { foresight, step, own } = state
  if (foresight !== null && event === HOLD) return foresight
  const before = foresight?.line ?? reader.start(own.grid)
  const begun = reader.begin(before, { pitch: event < 0 ? null : event, start: step }, played)
  const line = { ...begun, past: begun.past.slice(-REMEMBERED) }
  return { line, says: reader.predictBeside(line) }
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
