import type { Metre } from '../primers.ts'
import type { ControlPart, Kinds } from './adjustment.ts'
import { itemAt } from '../../support/itemAt.ts'

/**
 * Steps between two beats, on sixteenths: three eighths in 6/8, 9/8 and 12/8, which count dotted quarters; else the note that the
 * metre names.
 * @example stepsPerBeat({ numerator: 6, denominator: 8 }) // 6
 */
export function stepsPerBeat({ numerator, denominator }: Metre): number {
  const isCompound = denominator >= 8 && numerator % 3 === 0 && numerator > 3
  return (isCompound ? 3 : 1) * (16 / denominator)
}

/** Steps of a bar, on sixteenths. */
export const stepsOfBar = ({ numerator, denominator }: Metre): number => (16 * numerator) / denominator

const EIGHTH = 2

/**
 * Onsets on the metre's beats, twice as much on the first, and fewer off the eighths: what tells 6/8 from 3/4, whose bars are equally
 * long.
 * @param accent log-weight of an onset on a beat; 1 makes it 2.7 times as likely against holding.
 */
export function metreAccentPart(metre: Metre, accent: number): ControlPart {
  const [bar, beat] = [stepsOfBar(metre), stepsPerBeat(metre)]
  const weightAt = Array.from({ length: bar }, (_, step): Kinds => {
    if (step % beat === 0) return [0, 0, accent]
    return [0, 0, step % EIGHTH === 0 ? -accent / 2 : -accent]
  })
  return { name: 'metre', adjust: ({ step }) => ({ kinds: itemAt(weightAt, step % bar) }) }
}
