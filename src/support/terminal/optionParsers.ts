import { UserError } from '../errors.ts'
import { MAX_SEED } from '../random.ts'

/** For an option that may be given more than once. */
export const collect = (value: string, earlier: readonly string[] = []): string[] => [...earlier, value]

const invalid = (flag: string, text: string, expected: string): UserError =>
  new UserError(`invalid ${flag}: ${text} (${expected})`)

/**
 * A parser of a whole number within bounds.
 * @example wholeNumber('--count', 1, 10)('3') // 3
 */
export function wholeNumber(flag: string, from: number, to = Infinity): (text: string) => number {
  const most = to === Infinity ? '' : ` to ${to.toLocaleString('en')}`
  return (text) => {
    const value = /^[+-]?\d{1,15}$/.test(text.trim()) ? Number(text) : NaN
    if (value >= from && value <= to) return value
    throw invalid(flag, text, `a whole number from ${from.toLocaleString('en')}${most}`)
  }
}

/**
 * A parser of a number.
 * @param expected what it may be, in words: `a number above 0`.
 */
export function realNumber(flag: string, expected: string, accepts: (value: number) => boolean) {
  return (text: string): number => {
    const value = /^[+-]?(\d+\.?\d*|\.\d+|Infinity)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : NaN
    if (accepts(value)) return value
    throw invalid(flag, text, expected)
  }
}

/** A parser of a finite number above 0. */
export const positiveNumber = (flag: string): ((text: string) => number) =>
  realNumber(flag, 'a number above 0', (value) => value > 0 && value < Infinity)

/** Parses `--seed`. */
export const parseSeed = wholeNumber('--seed', 0, MAX_SEED)
/** Parses `--port`. */
export const parsePort = wholeNumber('--port', 1, 65_535)

/**
 * A parser of one count, or of one for each of some names.
 * @example countOfEach('--steps', ['1', '2.1'])('1=5000,2.1=13000') // { 1: 5000, '2.1': 13000 }
 */
export function countOfEach<Name extends string>(flag: string, names: readonly Name[]) {
  const count = wholeNumber(flag, 1)
  return (text: string): number | Partial<Record<Name, number>> => {
    if (!text.includes('=')) return count(text)
    const counts: Partial<Record<Name, number>> = {}
    for (const part of text.split(',')) {
      const [given = '', number = ''] = part.trim().split('=')
      const name = names.find((each) => each === given)
      if (name === undefined) throw invalid(flag, text, `name=count for any of ${names.join(', ')}`)
      counts[name] = count(number)
    }
    return counts
  }
}

/** @example parseBase('cantus') // '/cantus/' */
export function parseBase(text: string): string {
  const inner = text.replace(/^\/+|\/+$/g, '')
  if (/^[\w.~-]+(\/[\w.~-]+)*$/.test(inner)) return `/${inner}/`
  if (inner === '') return '/'
  throw invalid('--base', text, 'a path such as /cantus: letters, digits, and any of . _ ~ - between slashes')
}

/** @example parseSite('https://example.org/') // 'https://example.org' */
export function parseSite(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/') return url.origin
  throw invalid('--site', text, 'an address such as https://example.org; its path goes to --base')
}
