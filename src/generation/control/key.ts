import { degreeOf, type Tonality } from '../../config/modes.ts'
import { type Adjustment, type ControlPart, pitchWeights } from './adjustment.ts'

/** Log-weight of a pitch outside a soft key: it must be about 20 times as likely to come as often. */
const OUTSIDE = -3

/** Notes of a mode on a root: all of them where it is hard, else nearly all. When notes begin does not change. */
export function keyPart(key: Tonality & { readonly hard: boolean }): ControlPart {
  const outside = key.hard ? -Infinity : OUTSIDE
  const always: Adjustment = { pitches: pitchWeights((pitch) => (degreeOf(pitch, key) < 0 ? outside : 0)) }
  return { name: 'key', adjust: () => always }
}
