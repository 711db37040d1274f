import { InvalidArgumentError } from 'commander'
import { ITERATIONS } from '../config/scales.ts'
import type { StepsAsked } from '../study/reproduce.ts'

/** For an option that may be given more than once. */
export const collect = (value: string, earlier: readonly string[]): string[] => [...earlier, value]

function whole(text: string, least: number, most: number, problem: string): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isInteger(value) && value >= least && value <= most) return value
  throw new InvalidArgumentError(problem)
}

export const parseSeed = (text: string): number =>
  whole(text, 0, 0xffffffff, 'A seed is a whole number from 0 to 4294967295.')

export const parsePort = (text: string): number => whole(text, 1, 65_535, 'A port is a whole number from 1 to 65535.')

/** @example parseBase('cantus') // '/cantus/' */
export function parseBase(text: string): string {
  const inner = text.replace(/^\/+|\/+$/g, '')
  if (/^[\w.~-]+(\/[\w.~-]+)*$/.test(inner)) return `/${inner}/`
  if (inner === '') return '/'
  throw new InvalidArgumentError(
    'A base is a path such as /cantus: letters, digits, and any of . _ ~ - between slashes.',
  )
}

/** @example parseSite('https://example.org/') // 'https://example.org' */
export function parseSite(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/') return url.origin
  throw new InvalidArgumentError('A site is an address such as https://example.org; its path goes to --base.')
}

const parseCount = (text: string): number =>
  whole(text, 1, Number.MAX_SAFE_INTEGER, 'Steps are a whole number from 1, or one an iteration: 1=5000,2.1=13000.')

/** `5000` for every iteration, or `1=5000,2.1=13000` for each that is named. */
export function parseSteps(text: string): StepsAsked {
  if (!text.includes('=')) return parseCount(text)
  return Object.fromEntries(text.split(',').map((part) => stepsOfOne(part.trim())))
}

function stepsOfOne(text: string): [string, number] {
  const [name = '', steps = ''] = text.split('=')
  if ((ITERATIONS as readonly string[]).includes(name)) return [name, parseCount(steps)]
  throw new InvalidArgumentError(`There is no iteration "${name}": choose ${ITERATIONS.join(', ')}.`)
}
