import { describe, expect, it } from 'vitest'
import { HumReader, type SungChange } from '../../site/src/scripts/instrument/humReader.ts'
import { FRAME_SAMPLES, pitchFinder } from '../../site/src/scripts/instrument/pitchOfSound.ts'
import { singMelody } from '../../site/src/scripts/instrument/simulatedSinger.ts'
import { starterPrimers } from '../../src/generation/starterPrimers.ts'
import { melodyNotes } from '../../src/melody/melody.ts'

const RATE = 48_000
const HOP = 480

/** What is read of a sound, looked at every ten milliseconds. */
function read(sound: Float32Array): SungChange[] {
  const [reader, find] = [new HumReader(), pitchFinder(RATE)]
  const changes: SungChange[] = []
  for (let end = FRAME_SAMPLES; end <= sound.length; end += HOP)
    changes.push(
      ...reader.take({ ...find(sound.subarray(end - FRAME_SAMPLES, end)), seconds: (end - FRAME_SAMPLES / 2) / RATE }),
    )
  return [...changes, ...reader.stop(sound.length / RATE)]
}

const strikes = (changes: readonly SungChange[]) => changes.filter((change) => change.kind === 'strike')

const note = (pitch: number, startStep: number, length: number) => ({ pitch, startStep, endStep: startStep + length })

const sung = (notes: Parameters<typeof singMelody>[0], stepSeconds = 0.15): Float32Array =>
  singMelody(notes, { stepSeconds, sampleRate: RATE, seed: 3 })

describe('HumReader', () => {
  it('reads notes with their beginnings and ends', () => {
    const changes = read(sung([note(60, 0, 4), note(64, 4, 2), note(67, 8, 4)]))
    expect(changes.map(({ kind, pitch }) => `${kind} ${pitch}`)).toEqual([
      ...['strike 60', 'release 60', 'strike 64', 'release 64', 'strike 67', 'release 67'],
    ])
    const starts = strikes(changes).map(({ seconds }) => seconds)
    for (const [n, start] of [0, 0.6, 1.2].entries()) expect(Math.abs(starts[n]! - start)).toBeLessThan(0.06)
  })

  it('hears the same pitch again as another note', () => {
    expect(strikes(read(sung([note(62, 0, 2), note(62, 2, 2), note(62, 4, 4)])))).toHaveLength(3)
  })

  it('takes neither breath nor a click of the metronome for a note', () => {
    const sound = sung([note(0, 0, 8)])
    for (let n = 0; n < sound.length; n++) sound[n] = 0.002 * Math.sin(n * n)
    for (let n = 0; n < 2000; n++) sound[9600 + n]! += 0.3 * Math.sign(Math.sin((2 * Math.PI * 1175 * n) / RATE))
    expect(read(sound)).toEqual([])
  })

  it('plays a louder voice louder', () => {
    const sound = sung([note(60, 0, 8)])
    const [loud] = strikes(read(sound))
    const [soft] = strikes(read(sound.map((value) => value / 6)))
    expect(loud!.velocity).toBeGreaterThan(soft!.velocity + 10)
  })
})

describe('melodies that are sung', () => {
  it('are read with at least 95% of their pitches right', () => {
    let [all, right] = [0, 0]
    for (const [n, { tune }] of [...starterPrimers, ...starterPrimers.slice(0, 8)].entries()) {
      const from = n < 12 ? 0 : 32
      const notes = melodyNotes(tune.slice(from, from + 32)).filter(({ pitch }) => pitch <= 84)
      const heard = strikes(read(singMelody(notes, { stepSeconds: 0.125, sampleRate: RATE, seed: n }))).map(
        ({ pitch }) => pitch,
      )
      all += Math.max(notes.length, heard.length)
      right += inCommon(
        notes.map(({ pitch }) => pitch),
        heard,
      )
    }
    expect(all).toBeGreaterThan(150)
    expect(right / all).toBeGreaterThanOrEqual(0.95)
  })
})

/** Length of the longest sequence that both hold in order. */
function inCommon(first: readonly number[], second: readonly number[]): number {
  let row = Array<number>(second.length + 1).fill(0)
  for (const each of first)
    row = second.reduce(
      (next, other, n) => [...next, each === other ? row[n]! + 1 : Math.max(row[n + 1]!, next[n]!)],
      [0],
    )
  return row.at(-1)!
}
