import { describe, expect, it } from 'vitest'
import { type Turn } from '../../site/src/scripts/instrument/dialogue.ts'
import { dialogueMidi } from '../../site/src/scripts/instrument/dialogueMidi.ts'
import { dialogueScore } from '../../site/src/scripts/instrument/dialogueScore.ts'
import { keyPitches, lettersOf, pitchOfCode } from '../../site/src/scripts/instrument/keyPitches.ts'
import { METRES } from '../../site/src/scripts/instrument/metre.ts'
import { readShareText, ShareError, shareText } from '../../site/src/scripts/instrument/shareText.ts'
import { turnWords } from '../../site/src/scripts/instrument/turnWords.ts'
import { encodeWav } from '../../site/src/scripts/instrument/wav.ts'
import { signatureKey, writtenScore } from '../../site/src/scripts/instrument/writtenScore.ts'
import type { Control } from '../../src/results/control.ts'
import { melodyNotes } from '../../src/melody/melody.ts'
import { melodyToAbc } from '../../src/melody/written/melodyToAbc.ts'
import { melodyToMusicXml } from '../../src/melody/written/melodyToMusicXml.ts'
import { readMusicXml } from '../../src/score/musicXml/readMusicXml.ts'
import type { NoteSequence } from '../../src/score/noteSequence.ts'
import { quantize } from '../../src/score/quantize.ts'
import { readAbc } from '../../src/score/readAbc.ts'
import { readMidi } from '../../src/score/readMidi.ts'

const turn: Turn = {
  ...{ metre: '6/8', beatsPerMinute: 60, swing: 0.5, iteration: '3.1', sha256: '0123abcd' },
  ...{ temperature: 0.9, topP: 0.9, seed: 3, callSteps: 12 },
  call: [{ pitch: 60, velocity: 70, startStep: 0, endStep: 6 }],
  reply: [{ pitch: 67, velocity: 70, startStep: 12, endStep: 15 }],
}

describe('dialogueMidi', () => {
  it('holds both parts, with tempo and metre', () => {
    const { notes, tempos, timeSignatures } = readMidi(dialogueMidi([turn, turn]))
    expect(tempos).toEqual([{ timeSeconds: 0, qpm: expect.closeTo(90, 3) as number }]) // 60 dotted quarters
    expect(timeSignatures).toEqual([{ timeSeconds: 0, numerator: 6, denominator: 8 }])
    const heard = notes.map(({ pitch, startSeconds, instrument }) => [
      instrument,
      pitch,
      Math.round(startSeconds * 100) / 100,
    ])
    expect(heard.toSorted((a, b) => a[2]! - b[2]!)).toEqual([
      [0, 60, 0],
      [1, 67, 2],
      [0, 60, 4],
      [1, 67, 6],
    ])
  })
})

describe('dialogueScore', () => {
  const { melody, options } = dialogueScore([turn, turn])

  it('writes calls and replies as one line, and says whose each is', () => {
    expect(options).toEqual({
      ...{ title: 'A dialogue', qpm: 90, metre: METRES['6/8'] },
      marks: [0, 24].flatMap((from) => [
        { from, text: 'you' },
        { from: from + 12, text: 'partner' },
      ]),
    })
    const heard = (score: NoteSequence): number[][] =>
      quantize(score, 4).notes.map(({ pitch, startStep, endStep }) => [pitch, startStep, endStep])
    const written = melodyNotes(melody.events).map(({ pitch, startStep, endStep }) => [pitch, startStep, endStep])
    expect(written).toEqual([
      [60, 0, 6],
      [67, 12, 15],
      [60, 24, 30],
      [67, 36, 39],
    ])
    expect(heard(readAbc(melodyToAbc(melody, options)))).toEqual(written)
    expect(heard(readMusicXml(melodyToMusicXml(melody, options)))).toEqual(written)
  })

  it('has metre, marks and the signature of its mode in both formats', async () => {
    const abc = await writtenScore('abc', melody, options).text()
    expect(abc).toContain('M:6/8\n')
    expect(abc.match(/"\^(you|partner)"/g)).toEqual(['"^you"', '"^partner"', '"^you"', '"^partner"'])
    const xml = await writtenScore('musicxml', melody, options).text()
    expect(xml).toContain('<beats>6</beats><beat-type>8</beat-type>')
    expect(xml.match(/<words>(you|partner)<\/words>/g)).toHaveLength(4)
    const dorian = [62, 65, 69, 71, 72, 71, 69, 65, 64, 62].flatMap((pitch) => [pitch, -2])
    expect(signatureKey(dorian)).toEqual({ tonic: 0, mode: 'major' })
    expect(signatureKey([57, -2, 60, -2, 64, -2, 59, -2, 57, -2, -2, -2])).toEqual({ tonic: 9, mode: 'minor' })
    expect(signatureKey([-2, -2])).toBeNull()
  })
})

describe('shareText', () => {
  it('holds everything of the turns', async () => {
    const text = await shareText([turn, turn])
    expect(text).toMatch(/^2\.[\w-]+$/)
    expect(await readShareText(text)).toEqual([turn, turn])
  })

  it('holds what a reply was held to, what it leant to, and bars that were drawn again', async () => {
    const dial = { style: 0.5, iteration: '3.2', sha256: '89abcdef' }
    const { iteration, sha256, temperature, topP, seed } = turn
    const made = { iteration, sha256, temperature, topP, seed }
    const control: Control = {
      ...{ key: { root: 2, mode: 'dorian', hard: true }, accent: 1, rhythm: [60, -2, -1], pitches: [60, 127] },
      ...{ density: 1.5, range: 12, stepwise: 0.5, repetition: 0.6 },
    }
    const held: Turn = {
      ...{ ...turn, dial, control },
      rewritten: [
        { first: 2, last: 3, candidates: 8, ...made },
        { first: 2, last: 2, candidates: 16, ...made, dial },
      ],
    }
    expect(await readShareText(await shareText([held, turn]))).toEqual([held, turn])
  })

  it('reads what the first version wrote, without controls', async () => {
    const old = ['6/8', 60, 0.5, '3.1', '0123abcd', 0.9, 0.9, 3, 12, [[0, 6, 60, 70]], [[12, 3, 67, 70]]]
    expect(await readShareText(await packed([old]))).toEqual([turn])
  })

  it('has room for 32 bars', async () => {
    await expect(shareText(Array<Turn>(16).fill(turn))).resolves.toBeTypeOf('string')
    await expect(shareText(Array<Turn>(17).fill(turn))).rejects.toThrow('at most 32 bars, and this has 34')
  })

  it('says what is wrong with another version, and with a damaged text', async () => {
    const text = await shareText([turn])
    for (const version of ['9', '0', '', 'two'])
      await expect(readShareText(text.replace('2.', `${version}.`))).rejects.toThrow(
        `another version of this page (“${version}”, this one reads “1” and “2”): reload the page`,
      )
    const wrong = (more: unknown): Promise<string> => packed([['4/4', 60, 0.5, '3.1', 'ab', 1, 1, 3, 16, [], [], more]])
    const controls = [
      { density: 9 },
      { range: '1' },
      { key: { root: 0, mode: 'x' } },
      { rhythm: [500] },
      { pitches: [] },
    ]
    for (const damaged of [
      ...['2.', '2.####', text.slice(0, 20), await packed([['4/4', 9999]]), await packed([])],
      ...(await Promise.all([...controls.map((control) => ({ control })), { dial: [2, '3.2', 'ab'] }].map(wrong))),
    ])
      await expect(readShareText(damaged)).rejects.toThrow(ShareError)
  })
})

/** A text of the first version that holds anything. */
async function packed(value: unknown): Promise<string> {
  const body = new Blob([JSON.stringify(value)]).stream().pipeThrough(new CompressionStream('deflate-raw'))
  return `1.${Buffer.from(await new Response(body).arrayBuffer()).toString('base64url')}`
}

describe('encodeWav', () => {
  it('is a header and samples of 16 bits, channel by channel', () => {
    const bytes = encodeWav([Float32Array.of(0, 1), Float32Array.of(-2, 0.5)], 44_100)
    const view = new DataView(bytes.buffer)
    expect(bytes.length).toBe(44 + 8)
    expect(view.getUint32(40, true)).toBe(8)
    expect(view.getUint32(28, true)).toBe(44_100 * 4)
    expect([0, 2, 4, 6].map((at) => view.getInt16(44 + at, true))).toEqual([0, -32_767, 32_767, 16_384])
  })
})

describe('keys', () => {
  const dorian = { root: 2, degrees: [0, 2, 3, 5, 7, 9, 10] }

  it('are a piano’s, or those of a mode alone', () => {
    expect(keyPitches(60, 3, null)).toEqual([60, 61, 62, 63, 64])
    expect(keyPitches(60, 8, dorian)).toEqual([60, 62, 64, 65, 67, 69, 71, 72])
    expect(keyPitches(120, 15, null).at(-1)).toBe(127)
  })

  it('have letters: two rows of a piano, or one row of the mode', () => {
    expect(pitchOfCode('KeyW', 60, null)).toBe(61)
    expect(pitchOfCode('KeyW', 60, dorian)).toBeUndefined()
    expect(pitchOfCode('KeyS', 60, dorian)).toBe(62)
    expect(lettersOf(60, null).get(72)).toBe('K')
    expect(lettersOf(60, dorian).get(64)).toBe('D')
  })
})

describe('turnWords', () => {
  it('says what the reply was held to, and what that cost', () => {
    const cost = { notes: 4, bitsPerNote: 0.123, each: { density: 0.123 } }
    expect(turnWords({ ...turn, control: { density: 2 }, cost })).toMatch(
      /seed 3, held to density at 0\.12 bits per note\.$/,
    )
  })

  it('says what the roll shows', () => {
    expect(turnWords(turn)).toBe(
      'You: C4 at bar 1, step 1 for 6 steps. Reply: G4 at bar 2, step 1 for 3 steps. A bar has 12 steps. Reply by iteration 3.1, temperature 0.9, seed 3.',
    )
  })
})
