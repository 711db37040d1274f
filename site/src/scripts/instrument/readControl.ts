import { MODE_NAMES } from '../../../../src/config/modes.ts'
import type { Control } from '../../../../src/results/control.ts'
import { whole, within } from './within.ts'

const MOST = { accent: 5, density: 4, range: 127, stepwise: 1, repetition: 1 } as const
const MOST_EVENTS = 2000

/**
 * What a reply was held to, from an address that anybody may have written: what is unknown is left out.
 * @throws RangeError for a value that no control has.
 */
export function readControl({ key, rhythm, pitches, ...given }: Control): Control {
  const numbers = (['accent', 'density', 'range', 'stepwise', 'repetition'] as const).map((name) => {
    const value = given[name]
    return value === undefined ? {} : { [name]: within(value, [0, MOST[name]]) }
  })
  return {
    ...(key === undefined ? {} : { key: readKey(key) }),
    ...(rhythm === undefined ? {} : { rhythm: readLine(rhythm) }),
    ...(pitches === undefined ? {} : { pitches: readLine(pitches) }),
    ...numbers.reduce<Control>((all, each) => ({ ...all, ...each }), {}),
  }
}

function readKey({ root, mode, hard }: NonNullable<Control['key']>): NonNullable<Control['key']> {
  if (!MODE_NAMES.includes(mode)) throw new RangeError(`mode ${mode}`)
  return { root: whole(root, 11), mode, hard: Boolean(hard) }
}

function readLine(events: readonly number[]): readonly number[] {
  within(events.length, [1, MOST_EVENTS])
  return events.map((event) => whole(event + 2, 129) - 2)
}
