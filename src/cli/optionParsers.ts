import { InvalidArgumentError } from 'commander'

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

export const parseSteps = (text: string): number =>
  whole(text, 1, Number.MAX_SAFE_INTEGER, 'Steps are a whole number from 1.')
