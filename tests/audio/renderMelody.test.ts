import { describe, expect, it } from 'vitest'
import { renderMelody, renderMp3, PEAK, TAIL_SECONDS } from '../../src/audio/renderMelody.ts'
import { melodyFromEvents } from '../../src/melody/melody.ts'
import { melodyToNoteSequence } from '../../src/melody/melodyToNoteSequence.ts'
import { writeMidi } from '../../src/score/writeMidi.ts'
import { peak, rms, strongest } from './soundMeasures.ts'

/** Events at 120 quarters per minute: a step is an eighth of a second. */
const midiOf = (events: readonly number[]): Uint8Array => writeMidi(melodyToNoteSequence(melodyFromEvents(events)))
const hold = (steps: number): number[] => new Array<number>(steps).fill(-2)

describe('renderMelody', () => {
  it('is the melody and its release long, not silent, and 1.5 dB below full scale', async () => {
    const { pcm, sampleRate, seconds } = await renderMelody(
      midiOf([60, ...hold(7), 64, ...hold(7), 67, ...hold(15), -1]),
    )
    expect(sampleRate).toBe(24_000)
    expect(seconds).toBeCloseTo(32 * 0.125 + TAIL_SECONDS, 2)
    expect(pcm.length / sampleRate).toBe(seconds)
    expect(peak(pcm)).toBeCloseTo(PEAK, 5)
    expect(20 * Math.log10(PEAK)).toBeCloseTo(-1.5, 6)
    expect(20 * Math.log10(rms(pcm))).toBeGreaterThan(-30)
    expect(20 * Math.log10(rms(pcm))).toBeLessThan(-6)
  })

  it.each([
    [69, 440],
    [60, 261.63],
    [61, 277.18],
    [59, 246.94],
    [76, 659.26],
    [45, 110],
  ])('MIDI pitch %i sounds at %f Hz, as near as a well-tuned piano', async (pitch, hertz) => {
    const { pcm, sampleRate } = await renderMelody(midiOf([pitch, ...hold(15), -1]))
    // Pianos are tuned a few cents flat below and sharp above (their overtones are): a tenth of a half-tone is in tune.
    const found = strongest(pcm.subarray(2400, 2400 + sampleRate), sampleRate, hertz * 0.94, hertz * 1.06)
    expect(Math.abs(1200 * Math.log2(found / hertz))).toBeLessThan(10)
  })

  it('damps a note at its end', async () => {
    // A quarter of a second of sound, then nothing until a last soft landmark.
    const { pcm, sampleRate } = await renderMelody(midiOf([69, -2, -1, ...hold(20), 69, -1]))
    const during = rms(pcm.subarray(0.05 * sampleRate, 0.25 * sampleRate))
    const soonAfter = rms(pcm.subarray(0.3 * sampleRate, 0.4 * sampleRate))
    const later = rms(pcm.subarray(1.2 * sampleRate, 1.4 * sampleRate))
    expect(soonAfter).toBeGreaterThan(during * 0.1) // a release, not a cut
    expect(later).toBeLessThan(during * 0.01)
  })

  it('strikes each note where the score has it', async () => {
    const { pcm, sampleRate } = await renderMelody(midiOf([...hold(8), 72, -2, -1]))
    expect(peak(pcm.subarray(0, 0.999 * sampleRate))).toBe(0)
    expect(peak(pcm.subarray(sampleRate, 1.02 * sampleRate))).toBeGreaterThan(0.1)
  })

  it('ends softly', async () => {
    const { pcm } = await renderMelody(midiOf([60, ...hold(3), -1]))
    expect(peak(pcm.subarray(pcm.length - 240))).toBeLessThan(1e-3)
  })

  it('plays a louder note louder', async () => {
    const score = melodyToNoteSequence(melodyFromEvents([60, -2, -1, ...hold(13), 60, -2, -1]))
    const notes = score.notes.map((note, index) => ({ ...note, velocity: index === 0 ? 50 : 100 }))
    const { pcm, sampleRate } = await renderMelody(writeMidi({ ...score, notes }))
    const first = peak(pcm.subarray(0, sampleRate))
    const second = peak(pcm.subarray(2 * sampleRate, 3 * sampleRate))
    expect(second / first).toBeGreaterThan(2)
  })

  it('plays the instrument that the file names', async () => {
    const held = melodyToNoteSequence(melodyFromEvents([60, ...hold(31), -1]))
    const late = async (program: number): Promise<number> => {
      const notes = held.notes.map((note) => ({ ...note, program }))
      const { pcm, sampleRate } = await renderMelody(writeMidi({ ...held, notes }))
      return rms(pcm.subarray(3 * sampleRate, 3.9 * sampleRate)) / rms(pcm.subarray(0, sampleRate))
    }
    expect(await late(0)).toBeLessThan(0.6) // a piano dies away
    expect(await late(19)).toBeGreaterThan(0.6) // an organ does not
  })

  it('gives silence for a score without notes, and none of its drums', async () => {
    const score = melodyToNoteSequence(melodyFromEvents([60, -2, -1]))
    const drums = { ...score, notes: score.notes.map((note) => ({ ...note, isDrum: true })) }
    const { pcm } = await renderMelody(writeMidi(drums))
    expect(peak(pcm)).toBe(0)
  })

  it('plays pitches beyond the piano', async () => {
    for (const pitch of [0, 127]) expect(peak((await renderMelody(midiOf([pitch, -2, -1]))).pcm)).toBeCloseTo(PEAK, 5)
  })

  it('names bytes that are not a MIDI file, and scores of hours', async () => {
    await expect(renderMelody(new Uint8Array([1, 2, 3]))).rejects.toMatchObject({ name: 'MidiConversionError' })
    const score = melodyToNoteSequence(melodyFromEvents([60, -2, -1]))
    const long = { ...score, notes: score.notes.map((note) => ({ ...note, endSeconds: 2000 })), totalSeconds: 2000 }
    await expect(renderMelody(writeMidi(long))).rejects.toThrow(/lasts 2000 s.*at most 1800 s/)
  })
})

describe('renderMp3', () => {
  it('is MP3 at 32 kbit/s, the same bytes each time', async () => {
    const midi = midiOf([60, ...hold(7), 64, ...hold(7), -1])
    const [first, second] = [await renderMp3(midi), await renderMp3(midi)]
    expect(Buffer.from(first).equals(Buffer.from(second))).toBe(true)
    // 11 bits of frame sync, MPEG 2 layer III, then 32 kbit/s and 24 kHz.
    expect([first[0], (first[1] as number) & 0xf6, (first[2] as number) >> 2]).toEqual([0xff, 0xf2, (4 << 2) | 1])
    const seconds = 2 + TAIL_SECONDS
    expect(first.length / (32_000 / 8)).toBeGreaterThan(seconds)
    expect(first.length / (32_000 / 8)).toBeLessThan(seconds + 0.2)
  })
})
