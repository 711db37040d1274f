import { describe, expect, it } from 'vitest'
import type { ModelSpec } from '../../src/model/modelSpec.js'
import {
  decodeSafetensors,
  decodeWeights,
  encodeSafetensors,
  encodeWeightsFp16,
  fromHalf,
  SafetensorsError,
  toHalf,
} from '../../src/model/safetensors.js'
import { initialWeights } from '../../src/model/weights.js'

const spec: ModelSpec = { encoding: 'basic', layerSizes: [4], attentionLength: 0 }
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
    ['a header that is no JSON', Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 123, 123), /not JSON/],
    ['a header that is no object', Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 52, 50), /not an object/],
    [
      'half of the tensors',
      encodeSafetensors(pair, {}, 'F32').subarray(0, -3),
      /truncated: tensor "b" ends at byte 20/,
    ],
    ['a dtype we do not read', patched('F32', 'I64'), /is I64; only F32 and F16/],
    ['a shape that does not fit', patched('[2,2]', '[2,9]'), /has 16 bytes, its shape \[2, 9\] needs 72/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes)).toThrow(SafetensorsError)
    expect(() => decodeSafetensors(bytes)).toThrow(message)
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

  it('are refused with a wrong shape, a missing tensor, a value that is no number, or no spec', () => {
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
})
