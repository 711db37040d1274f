import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EncodingError, melodyEncoding } from '../../src/dataset/encoding.ts'
import type { EncodingName } from '../../src/config/modelSpec.ts'
import { eventsArbitrary } from '../melody/melodyArbitrary.ts'

const names: EncodingName[] = ['mono', 'basic', 'lookback', 'attention']

/** Places and values of the inputs that are not 0. */
function nonZero(name: EncodingName, events: readonly number[], position: number): Record<number, number> {
  const encoding = melodyEncoding(name)
  const row = new Float32Array(encoding.inputSize)
  encoding.writeInput(events, position, row)
  return Object.fromEntries([...row.entries()].filter(([, value]) => value !== 0))
}

const labels = (name: EncodingName, events: readonly number[]) =>
  events.map((_, position) => melodyEncoding(name).label(events, position))

describe('mono and basic', () => {
  it('number no event 0, note off 1 and pitches from the lowest 2', () => {
    expect(labels('mono', [-2, -1, 0, 127])).toEqual([0, 1, 2, 129])
    expect(labels('basic', [-2, -1, 48, 83])).toEqual([0, 1, 2, 37])
  })

  it('have the one-hot of the last event as input', () => {
    expect(nonZero('mono', [60, -2, 72], 2)).toEqual({ 74: 1 })
    expect(nonZero('basic', [60, -2], 1)).toEqual({ 0: 1 })
  })
})

describe('lookback', () => {
  it('labels what repeats after one or two bars, the longer way first', () => {
    const bar = [60, ...Array<number>(15).fill(-2)]
    const melody = [...bar, ...bar, ...bar]
    expect(labels('lookback', melody)[0]).toBe(14)
    expect(labels('lookback', melody)[16]).toBe(38)
    expect(labels('lookback', melody)[32]).toBe(39)
  })

  it('labels no event as a repetition before step 32, and as itself after', () => {
    // Step 33 stays silent while 1 and 17 did not.
    const melody = Array.from({ length: 34 }, (_, step) => (step === 1 || step === 17 ? 62 : -2))
    expect(labels('lookback', melody)[2]).toBe(39)
    expect(labels('lookback', melody)[33]).toBe(0)
  })

  it('sees the last event, what a repetition would bring, the time and what is repeated', () => {
    const melody = [60, 62, ...Array<number>(14).fill(-2), 60]
    // Step 16: pitch 60 is 14; one bar ago came 62 (38 + 16), two bars ago nothing (76 + 0); 17 = 10001 in binary.
    expect(nonZero('lookback', melody, 16)).toEqual({
      14: 1,
      54: 1,
      76: 1,
      114: 1,
      115: -1,
      116: -1,
      117: -1,
      118: 1,
      119: 1,
    })
  })

  it('means no event by a repetition of what was not yet', () => {
    const { event } = melodyEncoding('lookback')
    expect(event(39, [60])).toBe(-2)
    expect(event(38, Array<number>(16).fill(55))).toBe(55)
  })
})

describe('attention', () => {
  it('labels pitches from 0, then no event, note off and the two repetitions', () => {
    const melody = Array.from({ length: 34 }, (_, step) => (step === 1 || step === 17 ? 62 : -2))
    expect(labels('attention', [48, 83, -1, -2])).toEqual([0, 35, 37, 39])
    expect(labels('attention', melody)[33]).toBe(36)
    expect(melodyEncoding('attention').defaultEventLabel).toBe(36)
  })

  it('sees what sounds, whether it began now, which way the melody goes, the time and the keys', () => {
    const keysOfC = { 50: 1, 51: 1, 53: 1, 55: 1, 57: 1, 58: 1, 60: 1 }
    const recentOfC = { 62: 1, 63: 1, 65: 1, 67: 1, 69: 1, 70: 1, 72: 1 }
    const time = (bits: string) => Object.fromEntries([...bits].map((bit, index) => [42 + index, bit === '1' ? 1 : -1]))
    expect(nonZero('attention', [60], 0)).toEqual({ 12: 1, 36: 1, 38: 1, ...time('1000000'), ...keysOfC, ...recentOfC })
    expect(nonZero('attention', [60, -2], 1)).toMatchObject({ 12: 1, 36: 1, ...time('0100000') })
    expect(nonZero('attention', [60, -2], 1)[38]).toBeUndefined()
    expect(nonZero('attention', [60, 55], 1)[39]).toBe(-1)
    expect(nonZero('attention', [60, 55, 55, 57], 3)[39]).toBe(1)
  })

  it('keeps the attack through a NOTE_OFF, as the reference does', () => {
    expect(nonZero('attention', [60, -1], 1)).toMatchObject({ 37: 1, 38: 1 })
  })

  it('marks the start of the next bar, and all keys before the first note', () => {
    const rest = Array<number>(16).fill(-2)
    expect(nonZero('attention', rest, 15)[49]).toBe(1)
    expect(nonZero('attention', rest, 14)[49]).toBeUndefined()
    expect(Object.keys(nonZero('attention', rest, 0)).filter((index) => Number(index) >= 50)).toHaveLength(24)
  })
})

describe.each(names)('%s', (name) => {
  const encoding = melodyEncoding(name)
  const events = eventsArbitrary(encoding.minNote, encoding.maxNote)

  it('decodes what it encodes', () => {
    fc.assert(
      fc.property(events, (melody) => {
        const decoded = melody.slice(0, 1)
        for (const label of encoding.encode(melody).labels) decoded.push(encoding.event(label, decoded))
        expect(decoded).toEqual(melody)
      }),
    )
  })

  it('writes the same inputs row by row as all at once, and nothing beside them', () => {
    fc.assert(
      fc.property(events, (melody) => {
        const { inputs, labels: encoded } = encoding.encode(melody)
        expect(encoded).toHaveLength(Math.max(0, melody.length - 1))
        const row = new Float32Array(encoding.inputSize + 2).fill(7)
        for (const position of encoded.keys()) {
          encoding.writeInput(melody, position, row, 1)
          const expected = inputs.subarray(position * encoding.inputSize, (position + 1) * encoding.inputSize)
          expect([...row]).toEqual([7, ...expected, 7])
        }
      }),
      { numRuns: 20 },
    )
  })

  it('keeps its labels below the number of classes', () => {
    fc.assert(
      fc.property(events, (melody) => {
        for (const label of encoding.encode(melody).labels) {
          expect(label).toBeGreaterThanOrEqual(0)
          expect(label).toBeLessThan(encoding.classes)
        }
      }),
    )
  })

  it('refuses a pitch it has no place for and a label it does not know', () => {
    expect(() => encoding.encode([60, encoding.maxNote, 60])).toThrow(EncodingError)
    expect(() => encoding.encode([60, encoding.minNote - 3])).toThrow(EncodingError)
    expect(() => encoding.event(encoding.classes, [])).toThrow(
      `invalid label: ${encoding.classes} (0 to ${encoding.classes - 1})`,
    )
  })
})

it('names a pitch outside the range and what to do', () => {
  expect(() => melodyEncoding('basic').label([84], 0)).toThrow(
    'invalid event: 84 (-2, -1 or a pitch from 48 to 83; squash first)',
  )
})
