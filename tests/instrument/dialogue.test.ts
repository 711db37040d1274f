import { describe, expect, it } from 'vitest'
import { Clock } from '../../site/src/scripts/instrument/clock.ts'
import { Dialogue, type DialogueSettings, notesOfTurns } from '../../site/src/scripts/instrument/dialogue.ts'
import { Reply } from '../../site/src/scripts/instrument/partner.ts'
import type { ReplyRecipe } from '../../site/src/scripts/instrument/replyRequest.ts'
import { FakeClock } from './fakeClock.ts'

const settings: DialogueSettings = {
  ...{ metre: '4/4', beatsPerMinute: 120, swing: 0.5, callLength: 1, countInBars: 1, isLooped: false },
  ...{ metronome: 'on', temperature: 1, topP: 1, seed: 1, iteration: '2.1' },
  weights: { url: 'weights', bytes: 1, sha256: 'ab' },
}
/** Seconds of a bar. */
const BAR = 2

interface Options {
  readonly change?: Partial<DialogueSettings>
  /** Seconds that the model needs for a reply. */
  readonly delay?: number
}

/** A dialogue on a fake clock with a partner that plays 72 on every beat, and all that is heard of it. */
function desk({ change = {}, delay = 0 }: Options = {}) {
  const fake = new FakeClock()
  const heard: string[] = []
  const remarks: string[] = []
  const phases: string[] = []
  const asked: ReplyRecipe[] = []
  const heardCalls: ReplyRecipe[] = []
  const due: { at: number; reply: Reply }[] = []
  const at = (when: number): string => (Math.round(when * 1000) / 1000).toString()
  const clock = new Clock(() => fake.now, fake.ticks, {
    onStretch: (from, to) => dialogue.onStretch(from, to),
    onLost: (seconds) => dialogue.onLost(seconds),
  })
  const dialogue: Dialogue = new Dialogue(
    { ...settings, ...change },
    {
      now: () => fake.now,
      clock,
      partner: {
        begin: () => undefined,
        hear: (_weights, recipe) => void heardCalls.push(recipe),
        ask: (_weights, recipe) => {
          asked.push(recipe)
          const reply = new Reply(recipe)
          due.push({ at: fake.now + delay, reply })
          return reply
        },
      },
      strike: (side, { pitch, velocity }, when) => void heard.push(`${side} ${pitch} v${velocity} @${at(when)}`),
      release: (side, pitch, when) => void heard.push(`${side} -${pitch} @${at(when)}`),
      click: (isAccent, when) => void heard.push(`${isAccent ? 'CLICK' : 'click'} @${at(when)}`),
      silence: () => void heard.push('silence'),
      onPhase: (phase) => void phases.push(`${phase} ${at(fake.now)}`),
      onTurn: () => undefined,
      onRemark: (text) => void remarks.push(text),
    },
    () => ({ offsetSeconds: 0, deviationSeconds: 0.01 }),
  )
  const played = new Map<number, () => void>()
  const run = (seconds: number): void =>
    fake.run(seconds, (now) => {
      for (const [time, act] of [...played]) if (time <= now && played.delete(time)) act()
      for (const each of due.splice(0)) {
        if (each.at > now) due.push(each)
        else
          each.reply.take(
            0,
            Array.from({ length: each.reply.steps }, (_, n) => (n % 4 === 0 ? 72 : -2)),
          )
      }
    })
  /** A key goes down, and up after a while. */
  const play = (pitch: number, start: number, { length = 0.4, velocity = 80 } = {}): void => {
    played.set(start, () => dialogue.strike(pitch, velocity, start))
    played.set(start + length, () => dialogue.release(pitch, start + length))
  }
  return { dialogue, run, play, fake, heard, remarks, phases, asked, heardCalls }
}

/** The clock starts 60 ms after Start; a bar is counted in. */
const CALL = 0.06 + BAR

describe('Dialogue', () => {
  it('counts in, records a call, and answers on the next bar line as loud and as long', () => {
    const { dialogue, run, play, heard, asked, phases } = desk()
    dialogue.start()
    play(60, CALL, { length: 0.45, velocity: 50 })
    play(64, CALL + 0.5, { length: 0.45, velocity: 70 })
    run(CALL + 2 * BAR + 1)
    expect(heard.slice(0, 5)).toEqual(['CLICK @0.06', 'click @0.56', 'click @1.06', 'click @1.56', 'CLICK @2.06'])
    expect(asked).toHaveLength(1)
    expect(asked[0]).toMatchObject({ totalSteps: 32, seed: 1, temperature: 1 })
    expect(asked[0]!.call).toEqual([60, -2, -2, -2, 64, -2, -2, -2, -1, ...Array<number>(7).fill(-2)])
    const reply = heard.filter((each) => each.startsWith('partner'))
    expect(reply[0]).toBe('partner 72 v60 @4.06')
    expect(reply.filter((each) => !each.includes('-'))).toHaveLength(4)
    expect(reply.at(-1)).toBe('partner -72 @6.06')
    expect(phases.map((each) => each.split(' ')[0])).toEqual(['count', 'call', 'reply', 'idle'])
    expect(dialogue.turns).toHaveLength(1)
    expect(dialogue.turns[0]).toMatchObject({ callSteps: 16, seed: 1, iteration: '2.1', sha256: 'ab' })
    expect(dialogue.late).toBe(0)
  })

  it('lets the model hear every note as it is played, up to that note', () => {
    const { dialogue, run, play, heardCalls } = desk()
    dialogue.start()
    play(60, CALL)
    play(62, CALL + 0.5)
    run(CALL + 1)
    expect(heardCalls.map(({ call }) => call)).toEqual([[60], [60, -2, -2, -2, 62]])
  })

  it('holds the reply, not what is only heard, to what the call is answered under', () => {
    const controlOf = (call: readonly number[]) => ({ density: 2, rhythm: call })
    const { dialogue, run, play, asked, heardCalls } = desk({ change: { controlOf } })
    dialogue.start()
    play(60, CALL)
    run(CALL + 2 * BAR + 1)
    expect(asked[0]!.control).toEqual({ density: 2, rhythm: asked[0]!.call })
    expect(heardCalls.every(({ control }) => control === undefined)).toBe(true)
    expect(dialogue.turns[0]!.control).toEqual(asked[0]!.control)
  })

  it('begins with the first key, without a count-in', () => {
    const { run, play, heard, asked } = desk()
    play(60, 1)
    play(65, 2)
    run(7)
    expect(asked).toHaveLength(1)
    expect(asked[0]!.call[0]).toBe(60)
    expect(asked[0]!.call[8]).toBe(65)
    expect(heard.find((each) => each.startsWith('partner'))).toBe('partner 72 v80 @3')
  })

  it('takes a note 50 ms before the bar line into the call, and asks again', () => {
    const { dialogue, run, play, asked } = desk()
    dialogue.start()
    play(60, CALL)
    play(67, CALL + BAR - 0.05)
    run(CALL + BAR + 0.5)
    expect(asked).toHaveLength(2)
    expect(asked[1]!.call[15]).toBe(67)
    expect(dialogue.current!.call.map(({ pitch }) => pitch)).toEqual([60, 67])
  })

  it('answers after a bar of rest where the call has no length of its own', () => {
    const { dialogue, run, play, heard, asked } = desk({ change: { callLength: 'rest' } })
    dialogue.start()
    play(60, CALL)
    play(62, CALL + BAR + 0.5)
    run(CALL + 4 * BAR)
    expect(asked.at(-1)).toMatchObject({ totalSteps: 64 })
    expect(heard.find((each) => each.startsWith('partner'))).toBe(`partner 72 v80 @${CALL + 3 * BAR}`)
  })

  it('begins another call where the reply ends, with a note struck a little before it', () => {
    const { dialogue, run, play, asked } = desk({ change: { isLooped: true } })
    dialogue.start()
    for (const turn of [0, 1, 2]) play(60 + turn, CALL + turn * 2 * BAR - (turn === 0 ? 0 : 0.03))
    run(CALL + 6 * BAR)
    expect(asked.map(({ call }) => call[0])).toEqual([60, 61, 62])
    expect(dialogue.turns.map(({ call }) => call[0]!.pitch)).toEqual([60, 61, 62])
    const notes = notesOfTurns(dialogue.turns)
    expect(notes.filter(({ side }) => side === 'you').map(({ startStep }) => startStep)).toEqual([0, 32, 64])
  })

  it('waits for a bar line where the reply is not ready', () => {
    const { dialogue, run, play, heard } = desk({ delay: 0.5 })
    dialogue.start()
    play(60, CALL)
    run(CALL + 4 * BAR)
    expect(heard.find((each) => each.startsWith('partner'))).toBe('partner 72 v80 @6.06')
  })

  it('says that nothing was played, and plays on where it is looped', () => {
    const once = desk()
    once.dialogue.start()
    once.run(CALL + BAR + 1)
    expect(once.dialogue.phase).toBe('idle')
    expect(once.remarks[0]).toContain('No note was played')
    const looped = desk({ change: { isLooped: true } })
    looped.dialogue.start()
    looped.run(CALL + BAR)
    looped.play(60, CALL + BAR)
    looped.run(2 * BAR)
    expect(looped.asked).toHaveLength(1)
  })

  it('pauses when the page was away: a reply goes on at the next bar line, a call begins again', () => {
    const reply = desk({ change: { callLength: 2 } })
    reply.dialogue.start()
    reply.play(60, CALL)
    reply.run(CALL + 2 * BAR + 1)
    reply.fake.now += 3
    reply.run(0.2)
    expect(reply.remarks[0]).toContain('goes on at the next bar line')
    const before = reply.heard.length
    reply.run(2 * BAR)
    const next = reply.heard.slice(before).find((each) => each.startsWith('partner 72'))
    expect((Number(next!.split('@')[1]) - CALL) % 0.5).toBeCloseTo(0, 6)
    const call = desk()
    call.dialogue.start()
    call.play(60, CALL)
    call.run(CALL + 0.5)
    call.fake.now += 1 // busy for a moment
    call.run(0.1)
    expect(call.remarks).toEqual([])
    expect(call.dialogue.current!.call).toHaveLength(1)
    call.fake.now += 3
    call.run(0.1)
    expect(call.remarks[0]).toContain('your call begins again')
    expect(call.dialogue.phase).toBe('count')
  })

  it.each([20, 300])('keeps the bar line at %i beats per minute', (beatsPerMinute) => {
    const { dialogue, run, play, heard } = desk({ change: { beatsPerMinute } })
    const bar = 240 / beatsPerMinute
    dialogue.start()
    play(60, 0.06 + bar, { length: bar / 8 })
    run(0.06 + 3 * bar + 0.5)
    const first = heard.find((each) => each.startsWith('partner'))!
    expect(Number(first.split('@')[1])).toBeCloseTo(0.06 + 2 * bar, 3)
  })

  it('plays all turns again', () => {
    const { dialogue, run, play, heard } = desk()
    play(60, 1)
    run(6)
    const { length } = heard
    dialogue.replay(dialogue.turns)
    run(5)
    const again = heard.slice(length).filter((each) => !each.includes('-'))
    expect(again.map((each) => each.split(' ').slice(0, 2).join(' '))).toEqual([
      ...['you 60', ...Array<string>(4).fill('partner 72')],
    ])
    expect(dialogue.phase).toBe('idle')
  })
})
