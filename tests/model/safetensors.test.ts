import { describe, expect, it } from 'vitest'
import type { StepModelSpec } from '../../src/config/modelSpec.ts'
import {
  decodeSafetensors,
  decodeWeights,
  encodeSafetensors,
  encodeWeightsFp16,
  fromHalf,
  SafetensorsError,
  toHalf,
} from '../../src/model/safetensors.ts'
import { initialWeights } from '../../src/model/weights.ts'
import { mulberry32 } from '../../src/support/random.ts'

const spec: StepModelSpec = { encoding: 'basic', layerSizes: [4], attentionLength: 0 }
const pair = { a: { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }, b: { shape: [1], data: Float32Array.of(-0.5) } }

describe('half precision', () => {
  it.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff], // the largest finite half
    [65520, 0x7c00], // half way to the next: rounds to infinity
    [1 + 2 ** -11, 0x3c00], // a tie goes to the even mantissa below
    [1 + 3 * 2 ** -11, 0x3c02], // and to the even one above
    [1 + 2 ** -11 + 2 ** -23, 0x3c01], // just over a tie
    [2 ** -24, 0x0001], // the smallest subnormal
    [2 ** -25, 0x0000], // a tie with zero
    [3 * 2 ** -25, 0x0002], // a tie between the first two subnormals
    [2 ** -14 - 2 ** -26, 0x0400], // rounds up out of the subnormals
    [1e-12, 0x0000],
    [Infinity, 0x7c00],
  ])('%d is %d', (value, bits) => {
    expect(toHalf(value)).toBe(bits)
  })

  it('reads back all 63,488 finite halves', () => {
    for (let bits = 0; bits < 65536; bits++) {
      if ((bits & 0x7c00) !== 0x7c00) expect(toHalf(fromHalf(bits))).toBe(bits)
    }
    expect(fromHalf(0x7e00)).toBeNaN()
    expect(toHalf(NaN) & 0x7fff).toBe(0x7e00)
  })
})

describe('the file format', () => {
  it('is a length, a JSON header and the tensors one after the other', () => {
    const bytes = encodeSafetensors(pair, { z: '1', a: '2' }, 'F32')
    const headerBytes = new DataView(bytes.buffer).getUint32(0, true)
    expect(headerBytes % 8).toBe(0)
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerBytes))) as unknown
    expect(header).toEqual({
      __metadata__: { a: '2', z: '1' },
      a: { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] },
      b: { dtype: 'F32', shape: [1], data_offsets: [16, 20] },
    })
    expect(bytes.length).toBe(8 + headerBytes + 20)
  })

  it.each(['F32', 'F16'] as const)('reads back what it wrote (%s), also at an odd place in memory', (type) => {
    const bytes = encodeSafetensors(pair, { note: 'ø' }, type)
    const shifted = new Uint8Array(bytes.length + 1)
    shifted.set(bytes, 1)
    for (const source of [bytes, shifted.subarray(1)]) {
      expect(decodeSafetensors(source)).toEqual({ tensors: pair, metadata: { note: 'ø' } })
    }
  })

  it.each([
    ['nothing', new Uint8Array(3), /truncated: 3 bytes/],
    ['a length that lies', Uint8Array.of(255, 255, 255, 127, 0, 0, 0, 0), /header length makes no sense/],
    ['a header longer than the file', Uint8Array.of(64, 0, 0, 0, 0, 0, 0, 0, 123), /truncated: 9 bytes/],
    ['a header that is not JSON', Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 123, 123), /not JSON/],
    ['a header that is not an object', Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 52, 50), /not an object/],
    [
      'half of the tensors',
      encodeSafetensors(pair, {}, 'F32').subarray(0, -3),
      /truncated: tensor "b" ends at byte 20/,
    ],
    ['a dtype we do not read', patched('F32', 'I64'), /is "I64"; only F32 and F16/],
    ['a shape that does not fit', patched('[2,2]', '[2,9]'), /has 16 bytes, its shape \[2, 9\] needs 72/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes)).toThrow(SafetensorsError)
    expect(() => decodeSafetensors(bytes)).toThrow(message)
  })
})

/** A file with this header and 20 bytes of data. */
function withHeader(header: unknown): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header))
  const bytes = new Uint8Array(8 + json.length + 20)
  new DataView(bytes.buffer).setUint32(0, json.length, true)
  bytes.set(json, 8)
  return bytes
}

describe('a header that the format forbids', () => {
  const tensor = (start: unknown, end: unknown, shape: unknown = [1], dtype: unknown = 'F32') => ({
    ...{ dtype, shape },
    data_offsets: [start, end],
  })
  const rest = tensor(4, 20, [4])

  it('is not one that lists its tensors in another order, or has an empty one', () => {
    expect(Object.keys(decodeSafetensors(withHeader({ b: rest, a: tensor(0, 4) })).tensors)).toEqual(['b', 'a'])
    expect(decodeSafetensors(withHeader({ a: tensor(0, 4), e: tensor(4, 4, [0, 9]), b: rest })).tensors['e']).toEqual({
      shape: [0, 9],
      data: new Float32Array(0),
    })
  })

  it.each([
    [
      'an overlap',
      { a: tensor(0, 8, [2]), b: rest },
      /"b" begins at byte 4 and overlaps the tensor before it, which ends at byte 8/,
    ],
    [
      'the same bytes many times',
      { a: tensor(0, 20, [5]), b: tensor(0, 20, [5]) },
      /"b" begins at byte 0 and overlaps/,
    ],
    ['a gap', { a: tensor(0, 4), b: tensor(8, 20, [3]) }, /"b" begins at byte 8 and leaves a gap/],
    ['a gap at the beginning', { b: rest }, /"b" begins at byte 4 and leaves a gap/],
    ['bytes behind the last tensor', { a: tensor(0, 4) }, /16 bytes follow the last tensor/],
    ['no tensor for its bytes', {}, /20 bytes follow/],
    ['fractions', { a: tensor(0, 4.5), b: rest }, /"a" lies at \[0,4.5\]; expected two ascending whole numbers/],
    ['texts', { a: tensor('0', '4'), b: rest }, /"a" lies at \["0","4"\]/],
    ['null', { a: tensor(null, 4), b: rest }, /"a" lies at \[null,4\]/],
    ['a negative place', { a: tensor(-4, 0), b: rest }, /"a" lies at \[-4,0\]/],
    ['a descending place', { a: tensor(4, 0, []), b: rest }, /"a" lies at \[4,0\]/],
    ['one number for a place', { a: { ...rest, data_offsets: [0] } }, /"a" lies at \[0\]/],
    ['a negative size', { a: tensor(0, 4, [-1, -1]), b: rest }, /"a" has the shape \[-1,-1\]/],
    ['a size that is a text', { a: tensor(0, 4, ['1']), b: rest }, /"a" has the shape \["1"\]/],
    ['sizes beyond all numbers', { a: tensor(0, 4, [2 ** 52, 2 ** 52]), b: rest }, /"a" has 4 bytes, its shape/],
    ['no type', { a: tensor(0, 4, [1], null), b: rest }, /"a" is null; only F32 and F16/],
    ['a type of every object', { a: tensor(0, 4, [1], 'constructor'), b: rest }, /"a" is "constructor"/],
    ['an entry that is a list', { a: [0, 4] }, /"a" has no shape or place/],
    ['an entry that is null', { a: null }, /"a" has no shape or place/],
    ['metadata that is null', { __metadata__: null, a: tensor(0, 20, [5]) }, /__metadata__ is not a table of texts/],
    ['metadata that is a list', { __metadata__: [], a: tensor(0, 20, [5]) }, /__metadata__ is not a table of texts/],
    ['a number in the metadata', { __metadata__: { step: 1 }, a: tensor(0, 20, [5]) }, /__metadata__ is not a table/],
  ])('has %s', (_, header, message) => {
    expect(() => decodeSafetensors(withHeader(header))).toThrow(SafetensorsError)
    expect(() => decodeSafetensors(withHeader(header))).toThrow(message)
  })
})

describe('damage to published weights', () => {
  it('is an error with a name, or leaves a model of whole tensors, wherever a byte changes', () => {
    const bytes = encodeWeightsFp16(spec, initialWeights(spec, 1), { step: '12' })
    const random = mulberry32(2)
    const header = 8 + new DataView(bytes.buffer).getUint32(0, true)
    for (let n = 0; n < 3000; n++) {
      const damaged = bytes.slice(0, n % 10 === 0 ? Math.floor(random.next() * bytes.length) : bytes.length)
      for (let times = 0; times <= n % 3; times++)
        damaged[Math.floor(random.next() * header)] = Math.floor(random.next() * 256)
      const size = ({ shape, data }: { shape: readonly number[]; data: Float32Array }): boolean =>
        shape.reduce((product, each) => product * each, 1) === data.length
      try {
        expect(Object.values(decodeWeights(damaged).weights).every(size)).toBe(true)
      } catch (error) {
        expect(error).toBeInstanceOf(SafetensorsError)
      }
    }
  })
})

/** The file of `pair` with one text of its header replaced by another of the same length. */
function patched(from: string, to: string): Uint8Array {
  const text = Buffer.from(encodeSafetensors(pair, {}, 'F32')).toString('latin1')
  return new Uint8Array(Buffer.from(text.replace(from, to), 'latin1'))
}

describe('published weights', () => {
  const weights = initialWeights(spec, 1)

  it('are the nearest halves, with the spec beside them, byte for byte the same each time', () => {
    const bytes = encodeWeightsFp16(spec, weights, { step: '12' })
    expect(encodeWeightsFp16(spec, weights, { step: '12' })).toEqual(bytes)
    const read = decodeWeights(bytes)
    expect(read.spec).toEqual(spec)
    expect(read.metadata['step']).toBe('12')
    for (const [name, { data }] of Object.entries(weights)) {
      expect(read.weights[name]?.data).toEqual(data.map((value) => fromHalf(toHalf(value))))
    }
    expect(encodeWeightsFp16(spec, read.weights, { step: '12' })).toEqual(bytes)
  })

  it('are refused with a wrong shape, a missing tensor, a value that is not a number, or no spec', () => {
    const { 'lstm_0/bias': bias, ...rest } = weights
    expect(() => encodeWeightsFp16(spec, rest, {})).toThrow(/"lstm_0\/bias" is missing/)
    const broken = { ...weights, 'lstm_0/bias': { shape: [16], data: new Float32Array(16).fill(NaN) } }
    expect(bias?.shape).toEqual([16])
    expect(() => encodeWeightsFp16(spec, broken, {})).toThrow(/not a finite number/)
    const wide = encodeSafetensors(weights, { spec: JSON.stringify({ ...spec, layerSizes: [5] }) }, 'F16')
    expect(() => decodeWeights(wide)).toThrow(/"lstm_0\/kernel" has shape \[42, 16\], a basic model of 5 units needs/)
    expect(() => decodeWeights(encodeSafetensors(weights, {}, 'F16'))).toThrow(/no model spec/)
    expect(() => decodeWeights(encodeSafetensors(weights, { spec: '{' }, 'F16'))).toThrow(/not JSON/)
    expect(() => decodeWeights(encodeSafetensors(weights, { spec: '{}' }, 'F16'))).toThrow(/incomplete/)
  })

  it.each([
    null,
    5,
    [],
    { encoding: 'toString' },
    { layerSizes: [1.5] },
    { layerSizes: [-4] },
    { attentionLength: '4' },
  ])('are refused with the spec %j', (change) => {
    const text = JSON.stringify(
      change !== null && typeof change === 'object' && !Array.isArray(change) ? { ...spec, ...change } : change,
    )
    const bytes = encodeSafetensors(weights, { spec: text }, 'F16')
    expect(() => decodeWeights(bytes)).toThrow(SafetensorsError)
    expect(() => decodeWeights(bytes)).toThrow(/incomplete or wrong/)
  })

  it('decode no tensor that the model does not have', () => {
    const others = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`other_${n}`, pair.a]))
    const bytes = encodeSafetensors({ ...weights, ...others }, { spec: JSON.stringify(spec) }, 'F32')
    expect(Object.keys(decodeWeights(bytes).weights)).toEqual(Object.keys(weights))
  })
})
