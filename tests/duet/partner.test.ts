import { describe, expect, it } from 'vitest'
import { starterPassages } from '../dataset/starterPassages.ts'
import type { NoteModelSpec } from '../../src/config/modelSpec.ts'
import { createPartner, DUET_CLOCKS, playDuet } from '../../src/duet/partner.ts'
import { performLine, playHeard } from '../../src/duet/playHeard.ts'
import { DUET_MODES } from '../../src/config/duetModes.ts'
import { noteReader } from '../../src/model/notes/noteInference.ts'
import { initialWeights } from '../../src/model/weights.ts'
import { mulberry32 } from '../../src/support/random.ts'

const spec: NoteModelSpec = { encoding: 'notes', layerSizes: [6, 5], attentionSize: 4, secondVoice: true }
const partner = createPartner(noteReader(spec, initialWeights(spec, 5)))
const { upper, stepsPerBar } = starterPassages[0]!
const grid = { stepsPerBar }
const play = (settings: Parameters<typeof playDuet>[2]['settings'] = {}, seed = 1, line: readonly number[] = upper) =>
  playDuet(partner, line, { grid, settings, seed })

describe('playDuet', () => {
  it('plays a line as long as the performer’s, of valid events within the range', () => {
    const { partner: line } = play({ range: [48, 72] })
    expect(line).toHaveLength(upper.length)
    let sounds = false
    for (const event of line) {
      if (event >= 0) expect(event >= 48 && event <= 72).toBe(true)
      if (event === -1) expect(sounds).toBe(true)
      sounds = event >= 0 || (event === -2 && sounds)
    }
  })

  it('is the same for the same seed and another for another', () => {
    expect(play()).toEqual(play())
    expect(play({}, 2).partner).not.toEqual(play().partner)
  })

  it.each(DUET_CLOCKS)('by the clock %s hears no more than it may', (clock) => {
    const changed = upper.map((event, step) => (step >= 40 && event >= 0 ? Math.min(127, event + 1) : event))
    const [one, other] = [play({ clock, mode: 'third-below' }), play({ clock, mode: 'third-below' }, 1, changed)]
    const until = clock === 'at-once' ? 40 : 41
    expect(other.partner.slice(0, until)).toEqual(one.partner.slice(0, until))
  })

  it('weighs all that it may play, and draws from that', () => {
    let state = partner.start({ grid, settings: { mode: 'third-below' } })
    for (const event of upper.slice(0, 20)) state = partner.decide(state, event).state
    for (const clock of DUET_CLOCKS) {
      const now = partner.retune(state, { clock })
      const weighed = partner.weigh(now, 67)
      expect(weighed.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12)
      const decision = partner.choose(now, 67)
      const taken = weighed.find(({ event }) => event === decision.event)
      expect(decision.rule).toBe(taken?.rule)
      expect(Math.exp(decision.drawn)).toBeCloseTo(taken?.share ?? NaN, 12)
      expect(partner.decide(now, 67).decision).toEqual(decision)
    }
  })

  it('by the committed clock foresees the performer from their own line, once it has begun', () => {
    let state = partner.start({ grid, settings: { clock: 'committed' } })
    expect(partner.foresee(state)).toEqual([])
    for (const event of upper.slice(0, 20)) state = partner.decide(state, event).state
    const foreseen = partner.foresee(state)
    expect(foreseen.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12)
    expect(foreseen.filter(({ event }) => event >= 0)).toHaveLength(3)
    const otherwise = partner.hear(state, partner.choose(state, -2), 67)
    expect(otherwise.foresight?.line.token).toMatchObject({ pitch: 67, start: 20 })
  })

  it('holds its notes longer where short ones count against it', () => {
    const lengthOf = (leastSteps: number): number => {
      const { partner: line } = play({ leastSteps, mode: 'third-below', lambda: 4, topP: 1 })
      return line.length / line.filter((event) => event >= 0).length
    }
    expect(lengthOf(12)).toBeGreaterThan(1.2 * lengthOf(1))
  })

  it('keeps a third below at once where the rules weigh enough', () => {
    const { partner: line } = play({ mode: 'third-below', lambda: 20 })
    const together = line.flatMap((event, step) => (event >= 0 && upper[step]! >= 0 ? [upper[step]! - event] : []))
    expect(together.length).toBeGreaterThan(5)
    expect(together.filter((interval) => interval === 3 || interval === 4).length / together.length).toBeGreaterThan(
      0.8,
    )
  })

  it.each([
    ['below', (own: number, theirs: number) => own <= Math.max(theirs, 48)],
    ['above', (own: number, theirs: number) => own >= Math.min(theirs, 72)],
  ] as const)('without a rule it stays %s the performer', (side, isOnSide) => {
    const { partner: line } = play({ side, lambda: 0, temperature: 1, topP: 1 })
    let theirs = NaN
    const beside = line.map((own, step) => {
      if (upper[step]! >= 0) theirs = upper[step]!
      return own < 0 || Number.isNaN(theirs) || isOnSide(own, theirs)
    })
    expect(line.some((own) => own >= 0)).toBe(true)
    expect(beside).not.toContain(false)
  })

  it('draws from the likeliest pitches, and no less often a note', () => {
    let state = partner.start({ grid, settings: { lambda: 0, temperature: 1, side: 'either' } })
    for (const event of upper.slice(0, 20)) state = partner.decide(state, event).state
    const shares = (topP: number) => partner.weigh(partner.retune(state, { topP }), 67)
    const notes = (topP: number) => shares(topP).filter(({ event }) => event >= 0)
    const held = (topP: number) => notes(topP).reduce((sum, { share }) => sum + share, 0)
    expect(held(0.5)).toBeCloseTo(held(1), 12)
    const kept = notes(0.5).filter(({ share }) => share > 0)
    expect(kept.length).toBeLessThan(notes(1).length)
    const least = Math.min(...kept.map(({ probability }) => probability))
    const left = notes(0.5).filter(({ share }) => share === 0)
    expect(Math.max(...left.map(({ probability }) => probability))).toBeLessThanOrEqual(least)
  })

  it('tempers each question by itself: a note stays as likely among pitches that are alike', () => {
    const state = partner.start({ grid, settings: { lambda: 0, topP: 1, side: 'either' } })
    const at = (temperature: number) => partner.weigh(partner.retune(state, { temperature }), 67)
    const [hold = NaN] = at(1).map(({ share }) => share)
    const [cold = NaN] = at(0.5).map(({ share }) => share)
    expect(cold).toBeCloseTo(hold ** 2 / (hold ** 2 + (1 - hold) ** 2), 6)
  })

  it('without weight the mode changes nothing', () => {
    const lines = DUET_MODES.map((mode) => play({ mode, lambda: 0 }).partner)
    for (const line of lines) expect(line).toEqual(lines[0])
  })

  it('changes its settings from the next step on', () => {
    const change = (step: number) => (step === 32 ? { mode: 'contrary' as const } : null)
    const { modes, partner: line } = playDuet(partner, upper, { grid, settings: { mode: 'third-below' }, change })
    expect([modes[31], modes[32]]).toEqual(['third-below', 'contrary'])
    expect(line.slice(0, 32)).toEqual(play({ mode: 'third-below' }).partner.slice(0, 32))
  })

  it.each([
    ['silence', new Array<number>(64).fill(-2), 16],
    ['one note', [60, ...new Array<number>(31).fill(-2)], 16],
    ['7/8', upper.slice(0, 56), 14],
    ['pitches at both ends of MIDI', [0, -2, 127, -2, -1, 127, 0, -2], 16],
  ])('plays with %s', (_, line, bar) => {
    const duet = playDuet(partner, line, { grid: { stepsPerBar: bar }, settings: { mode: 'ninth-below' } })
    expect(duet.partner).toHaveLength(line.length)
    expect(duet.decisions.every(({ learnt, drawn }) => learnt <= 0 && drawn <= 0)).toBe(true)
  })

  it('does not remember more the longer it lasts', () => {
    let state = partner.start({ grid })
    for (let step = 0; step < 2000; step++) state = partner.decide(state, step % 2 === 0 ? 60 + (step % 24) : -1).state
    expect(state.own.past.length).toBeLessThanOrEqual(128)
    expect(state.heard).toHaveLength(3)
  })
})

describe('playHeard', () => {
  const secondsPerStep = 0.125
  const start = { grid, settings: { mode: 'third-below', lambda: 20 } as const, steps: upper.length, secondsPerStep }

  it('of an exact performer is playDuet', () => {
    const notes = performLine(upper, { secondsPerStep, jitter: 0, offset: 0, drift: 0 }, mulberry32(1))
    const heard = playHeard(partner, notes, start)
    expect(heard.partner).toEqual(play({ mode: 'third-below', lambda: 20 }).partner)
    expect(heard.late).toBe(0)
  })

  it('answers late onsets at once, and by the committed clock none', () => {
    const notes = performLine(upper, { secondsPerStep, jitter: 0.025, offset: 0.03, drift: 0.01 }, mulberry32(1))
    const heard = playHeard(partner, notes, start)
    expect(heard.performer.filter((event) => event >= 0)).toHaveLength(upper.filter((event) => event >= 0).length)
    expect(heard.answeredLate).toBeLessThanOrEqual(heard.late)
    const committed = playHeard(partner, notes, { ...start, settings: { ...start.settings, clock: 'committed' } })
    expect(committed.answeredLate).toBe(0)
  })
})
