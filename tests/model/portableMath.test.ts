import { describe, expect, it } from 'vitest'
import { exp, log, sigmoid, tanh } from '../../src/model/portableMath.ts'

/** `count` numbers evenly from `from` to `to`. */
function range(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1))
}

function largestRelativeError(
  ours: (x: number) => number,
  theirs: (x: number) => number,
  xs: readonly number[],
): number {
  return xs.reduce((largest, x) => Math.max(largest, Math.abs(ours(x) / theirs(x) - 1)), 0)
}

function largestError(ours: (x: number) => number, theirs: (x: number) => number, xs: readonly number[]): number {
  return xs.reduce((largest, x) => Math.max(largest, Math.abs(ours(x) - theirs(x))), 0)
}

describe('exp', () => {
  it('is as exact as the engine', () => {
    expect(largestRelativeError(exp, Math.exp, range(-700, 700, 20_001))).toBeLessThan(1e-15)
    expect(largestRelativeError(exp, Math.exp, range(-1, 1, 20_001))).toBeLessThan(1e-15)
  })

  it('knows its ends', () => {
    expect(exp(0)).toBe(1)
    expect(exp(710)).toBe(Infinity)
    expect(exp(709.7)).toBeCloseTo(Math.exp(709.7), -295)
    expect(exp(-746)).toBe(0)
    expect(exp(-745)).toBe(5e-324)
    expect(exp(-Infinity)).toBe(0)
    expect(exp(Infinity)).toBe(Infinity)
    expect(exp(NaN)).toBeNaN()
  })
})

describe('log', () => {
  it('is as exact as the engine', () => {
    expect(largestError(log, Math.log, range(1e-6, 10, 20_001))).toBeLessThan(4e-15)
    expect(largestRelativeError(log, Math.log, range(2, 1e9, 20_001))).toBeLessThan(1e-15)
    // Near 1, where a series that starts elsewhere loses all digits.
    expect(largestRelativeError(log, Math.log, range(1.0000001, 1.001, 1001))).toBeLessThan(1e-15)
  })

  it('knows its ends', () => {
    expect(log(1)).toBe(0)
    expect(log(0)).toBe(-Infinity)
    expect(log(-1)).toBeNaN()
    expect(log(Infinity)).toBe(Infinity)
    expect(log(5e-324)).toBeCloseTo(Math.log(5e-324), 10)
  })

  it('undoes exp', () => {
    expect(
      largestError(
        (x) => log(exp(x)),
        (x) => x,
        range(-20, 20, 2001),
      ),
    ).toBeLessThan(1e-14)
  })
})

describe('tanh and sigmoid', () => {
  it('are as exact as the engine', () => {
    expect(largestError(tanh, Math.tanh, range(-30, 30, 20_001))).toBeLessThan(3e-16)
    const engine = (x: number): number => 1 / (1 + Math.exp(-x))
    expect(largestError(sigmoid, engine, range(-40, 40, 20_001))).toBeLessThan(3e-16)
  })

  it('are symmetrical and stay within their bounds', () => {
    for (const x of [0.1, 1, 5, 50, 1000]) {
      expect(tanh(-x)).toBe(-tanh(x))
      expect(sigmoid(x) + sigmoid(-x)).toBeCloseTo(1, 15)
    }
    expect([tanh(1000), tanh(0), sigmoid(1000), sigmoid(-1000), sigmoid(0)]).toEqual([1, 0, 1, 0, 0.5])
  })
})
