/**
 * exp, log, tanh and the logistic function with the same last bit on every machine and in every browser. The language
 * leaves `Math.exp` and its kin to each engine; here only + - * / are used, which IEEE 754 fixes, in a written order.
 */

const LOG2_E = 1.4426950408889634
/** ln 2 in two parts: the first has trailing zeros, so a small whole number times it is exact. */
const LN2_HIGH = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10
const SMALLEST_EXPONENT = -1074
const SMALLEST_NORMAL_EXPONENT = -1022
const LARGEST_EXPONENT = 1023
/** Past these the result is infinite, or rounds to zero. */
const LARGEST_ARGUMENT = 709.782712893384
const SMALLEST_ARGUMENT = -745.1332191019412
const SQRT_2 = 1.4142135623730951
const SQRT_HALF = 0.7071067811865476

/** 2 ** n for n from -1074 to 1023 by doubling and halving, which are exact. */
const POWERS_OF_TWO = powersOfTwo()

function powersOfTwo(): Float64Array {
  const powers = new Float64Array(LARGEST_EXPONENT - SMALLEST_EXPONENT + 1)
  const one = -SMALLEST_EXPONENT
  powers[one] = 1
  for (let i = one + 1; i < powers.length; i++) powers[i] = (powers[i - 1] as number) * 2
  for (let i = one - 1; i >= 0; i--) powers[i] = (powers[i + 1] as number) / 2
  return powers
}

/**
 * e to the power `x`, to about one unit in the last place. x = n ln 2 + r with |r| <= (ln 2) / 2; the series of e^r to
 * r^13 / 13!, whose rest is below 1e-17; times 2^n.
 * @example exp(1) // 2.718281828459045
 */
export function exp(x: number): number {
  if (x > LARGEST_ARGUMENT) return Infinity
  if (x < SMALLEST_ARGUMENT) return 0
  const n = Math.floor(x * LOG2_E + 0.5)
  const r = x - n * LN2_HIGH - n * LN2_LOW
  let sum = 1 / 6227020800
  sum = sum * r + 1 / 479001600
  sum = sum * r + 1 / 39916800
  sum = sum * r + 1 / 3628800
  sum = sum * r + 1 / 362880
  sum = sum * r + 1 / 40320
  sum = sum * r + 1 / 5040
  sum = sum * r + 1 / 720
  sum = sum * r + 1 / 120
  sum = sum * r + 1 / 24
  sum = sum * r + 1 / 6
  sum = sum * r + 0.5
  sum = sum * r + 1
  sum = sum * r + 1
  return timesPowerOfTwo(sum, n)
}

/** x * 2^n rounded once: in two products where 2^n alone is out of range, the first of them exact. NaN for n NaN. */
function timesPowerOfTwo(x: number, n: number): number {
  const half = n > LARGEST_EXPONENT ? 1 : n < SMALLEST_NORMAL_EXPONENT ? -100 : 0
  return x * powerOfTwo(n - half) * powerOfTwo(half)
}

function powerOfTwo(n: number): number {
  return POWERS_OF_TWO[n - SMALLEST_EXPONENT] ?? NaN
}

/**
 * The natural logarithm: x = m 2^n with m near 1, ln m by the series of the inverse hyperbolic tangent of (m-1)/(m+1).
 * -Infinity for 0, NaN below.
 * @example log(2) // 0.6931471805599453
 */
export function log(x: number): number {
  if (x === 0) return -Infinity
  if (!(x > 0)) return NaN
  if (x === Infinity) return Infinity
  let m = x
  let n = 0
  for (; m >= SQRT_2; n++) m /= 2
  for (; m < SQRT_HALF; n--) m *= 2
  const s = (m - 1) / (m + 1)
  const square = s * s
  let sum = 1 / 25
  for (let odd = 23; odd >= 3; odd -= 2) sum = sum * square + 1 / odd
  return n * LN2_HIGH + (n * LN2_LOW + 2 * (s + s * square * sum))
}

/** The logistic function 1 / (1 + e^-x), from 0 to 1. */
export function sigmoid(x: number): number {
  // Never of a large positive number, so nothing overflows.
  const power = exp(x < 0 ? x : -x)
  return x < 0 ? power / (1 + power) : 1 / (1 + power)
}

/** The hyperbolic tangent, to an absolute error of about 1e-16. */
export function tanh(x: number): number {
  const power = exp(x < 0 ? 2 * x : -2 * x)
  const size = (1 - power) / (1 + power)
  return x < 0 ? -size : size
}
