import { describe, expect, it } from 'vitest'
import { Clock } from '../../site/src/scripts/instrument/clock.ts'
import { DuetPlayer, type DuetRequest } from '../../site/src/scripts/instrument/duetPlayer.ts'
import { METRES } from '../../site/src/scripts/instrument/metre.ts'
import type { NoteModelSpec } from '../../src/config/modelSpec.ts'
import { createPartner, DUET_CLOCKS, DUET_SETTINGS, playDuet } from '../../src/duet/partner.ts'
import { starterPerformers } from '../../src/duet/starterPerformers.ts'
import { eventsOfNotes } from '../../src/melody/melody.ts'
import { noteReader } from '../../src/model/notes/noteInference.ts'
import { initialWeights } from '../../src/model/weights.ts'
import { FakeClock } from './fakeClock.ts'

const spec: NoteModelSpec = { encoding: 'notes', layerSizes: [6, 5], attentionSize: 4, secondVoice: true }
const partner = createPartner(noteReader(spec, initialWeights(spec, 5)))
const { events, stepsPerBar } = starterPerformers[12]!
/** Seconds of a step at 120 beats per minute. */
const STEP = 0.125

/** @param perLook milliseconds that pass between two looks at the watch. */
function desk(change: Partial<DuetRequest> = {}, perLook = 1) {
  const fake = new FakeClock()
  const heard: string[] = []
  const remarks: string[] = []
  let milliseconds = 0
  let ends = 0
  const clock = new Clock(() => fake.now, fake.ticks, {
    onStretch: (from, to) => player.onStretch(from, to),
    onLost: () => player.onLost(),
  })
  const player: DuetPlayer = new DuetPlayer({
    ...{ now: () => fake.now, milliseconds: () => (milliseconds += perLook), clock },
    strike: (side, { pitch }, when) => void heard.push(`${side} ${pitch} @${when.toFixed(3)}`),
    release: (side, pitch, when) => void heard.push(`${side} -${pitch} @${when.toFixed(3)}`),
    click: () => void heard.push('click'),
    silence: () => void heard.push('silence'),
    onRemark: (text) => void remarks.push(text),
    onEnd: () => (ends += 1),
  })
  const request: DuetRequest = {
    ...{
      partner,
      settings: { ...DUET_SETTINGS, mode: 'third-below', lambda: 4 },
      seed: 7,
      stepsPerBar,
      performer: events,
    },
    ...{ grid: { metre: METRES['4/4'], beatsPerMinute: 120, swing: 0.5 }, hasMetronome: false, ...change },
  }
  return { fake, heard, remarks, player, request, ends: () => ends }
}

describe('a replayed performer', () => {
  it.each(DUET_CLOCKS)('gets from the page what the command line plays: %s', (clock) => {
    const settings = { ...DUET_SETTINGS, mode: 'third-below', clock } as const
    const { fake, player, request, ends } = desk({ settings })
    player.start(request)
    fake.run(events.length * STEP + 2)
    const { partner: line } = playDuet(partner, events, { grid: { stepsPerBar }, settings, seed: 7 })
    expect(eventsOfNotes(player.notes.partner, events.length)).toEqual(eventsOfNotes(notesOf(line), events.length))
    expect(eventsOfNotes(player.notes.you, events.length)).toEqual(eventsOfNotes(notesOf(events), events.length))
    expect([player.isPlaying, ends(), player.times.missed]).toEqual([false, 1, 0])
    expect(player.times.deadlines).toBe(events.length)
  })

  it('stops at once', () => {
    const { fake, heard, player, request } = desk()
    player.start(request)
    fake.run(2)
    player.stop()
    expect(heard.at(-1)).toBe('silence')
    const count = heard.length
    fake.run(2)
    expect(heard).toHaveLength(count)
    expect(player.notes.partner.every(({ endStep }) => Number.isFinite(endStep))).toBe(true)
  })

  it('of 7/8, of one note and of nothing ends by itself', () => {
    for (const performer of [
      events.slice(0, 28),
      [60, ...new Array<number>(13).fill(-2)],
      new Array<number>(14).fill(-2),
    ]) {
      const { fake, player, request } = desk({ performer, stepsPerBar: 14 })
      player.start(request)
      fake.run(performer.length * STEP + 1)
      expect(player.isPlaying).toBe(false)
    }
  })
})

const notesOf = (line: readonly number[]) => {
  const notes: { pitch: number; startStep: number; endStep: number }[] = []
  line.forEach((event, step) => {
    const last = notes.at(-1)
    if (event !== -2 && last !== undefined && last.endStep === Infinity)
      notes[notes.length - 1] = { ...last, endStep: step }
    if (event >= 0) notes.push({ pitch: event, startStep: step, endStep: Infinity })
  })
  return notes.map((note) => ({ ...note, endStep: Math.min(note.endStep, line.length) }))
}

describe('a person', () => {
  const BAR = 16 * STEP
  const begin = 0.15 + BAR

  it('is answered when the key goes down, early and late, 200 steps long', () => {
    const { fake, heard, player, request } = desk({ performer: null })
    player.start(request)
    const due = Array.from({ length: 50 }, (_, n) => ({
      at: begin + 4 * n * STEP + (n % 3) * 0.02 - 0.02,
      pitch: 60 + (n % 8),
    }))
    fake.run(begin + 200 * STEP, (now) => {
      for (const note of due.splice(
        0,
        due.findIndex(({ at }) => at > now) === -1 ? due.length : due.findIndex(({ at }) => at > now),
      ))
        player.strike(note.pitch, 90, note.at)
    })
    expect(player.notes.you.map(({ startStep }) => startStep)).toEqual(Array.from({ length: 50 }, (_, n) => 4 * n))
    expect(player.state?.step).toBeGreaterThan(195)
    const onsets = heard.filter((text) => text.startsWith('partner') && !text.includes('-'))
    expect(onsets.length).toBeGreaterThan(3)
    expect(Math.max(...player.times.answers)).toBeLessThanOrEqual(26) // the test's own tick
  })

  it('leads with the top of two notes, which is said once; a note out of range too', () => {
    const { fake, player, request, remarks } = desk({ performer: null })
    player.start(request)
    fake.run(begin + 4 * STEP)
    for (const [n, pitch] of [64, 60, 67].entries()) player.strike(pitch, 80, fake.now + 0.005 * n)
    fake.run(4 * STEP)
    player.strike(20, 80, fake.now)
    expect(player.notes.you.map(({ pitch }) => pitch)).toEqual([67, 20])
    expect(remarks).toEqual(['Two notes at once: the top one leads.', expect.stringMatching(/^Notes outside 36 to 96/)])
  })

  it('may be silent for minutes', () => {
    const { fake, player, request } = desk({ performer: null })
    player.start(request)
    fake.run(180)
    expect(player.isPlaying).toBe(true)
    expect(player.state?.own.past.length).toBeLessThanOrEqual(128)
  })

  it('who hides the page finds the partner on a bar line', () => {
    const { fake, heard, player, request, remarks } = desk({ performer: null })
    player.start(request)
    fake.run(begin + 5 * STEP)
    player.strike(60, 80, fake.now)
    fake.run(STEP)
    fake.ticks.stop()
    fake.run(10)
    player.onLost()
    expect(heard).toContain('silence')
    expect((player.state?.step ?? 1) % 16).toBe(0)
    expect(remarks.at(-1)).toMatch(/resumes on this bar line/)
    expect(player.position).toBeLessThan(player.state?.step ?? 0)
  })

  it('on a slow machine is played with a step ahead after eight bars', () => {
    const { fake, player, request, remarks } = desk({ performer: new Array<number>(160).fill(-2) }, 6)
    player.start(request)
    fake.run(150 * STEP)
    expect(player.state?.settings.clock).toBe('committed')
    expect(remarks.at(-1)).toMatch(/decides a step ahead/)
  })
})
