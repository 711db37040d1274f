import { mulberry32 } from '../../src/support/random.ts'

/** Notes of a random walk, each on every second step. */
export function walk(seed: number, notes: number): number[] {
  const random = mulberry32(seed)
  let pitch = 60
  return Array.from({ length: notes }, () => {
    pitch = Math.max(40, Math.min(80, pitch + Math.floor(random.next() * 11) - 5))
    return [pitch, -2]
  }).flat()
}

/** The same in another key. */
export const higher = (events: readonly number[], semitones: number): number[] =>
  events.map((event) => (event < 0 ? event : event + semitones))
