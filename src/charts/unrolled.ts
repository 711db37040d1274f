import { cssPalette, type Palette } from './palette.ts'
import { probabilityText } from '../support/text/percentText.ts'
import { eventName } from '../melody/pitchName.ts'
import { itemAt } from '../support/itemAt.ts'

/** What one unit does at one step: the gates, the memory and what is shown of it. */
export interface UnrolledUnit {
  readonly input: number
  readonly forget: number
  readonly candidate: number
  readonly output: number
  readonly cell: number
  readonly hidden: number
}

/** A melody as the network read it. */
export interface UnrolledReading {
  /** NO_EVENT (-2), NOTE_OFF (-1) or a MIDI pitch. */
  readonly event: number
  /** The chosen units, always in one order. */
  readonly units: readonly UnrolledUnit[]
  /** The likeliest next events, the likeliest first. */
  readonly next: readonly { readonly event: number; readonly probability: number }[]
  /** Of the event that came next; null at the last step. */
  readonly came: number | null
}

/** A melody as a network read it: what the figure of the unrolled network shows. */
export interface UnrolledMelody {
  readonly melody: string
  readonly layer: number
  /** Places of the chosen units in their layer. */
  readonly chosen: readonly number[]
  readonly steps: readonly UnrolledReading[]
}

type Lane = {
  readonly title: string
  readonly low: number
  readonly high: number
  readonly colour: keyof Palette
  readonly of: (reading: UnrolledReading, unit: number) => number | null
}

const of =
  (name: keyof UnrolledUnit) =>
  ({ units }: UnrolledReading, unit: number): number =>
    itemAt(units, unit)[name]

const LANES: readonly Lane[] = [
  { title: 'forget f', low: 0, high: 1, colour: 'first', of: of('forget') },
  { title: 'input i', low: 0, high: 1, colour: 'first', of: of('input') },
  { title: 'candidate g', low: -1, high: 1, colour: 'given', of: of('candidate') },
  { title: 'cell c', low: NaN, high: NaN, colour: 'second', of: of('cell') },
  { title: 'output o', low: 0, high: 1, colour: 'first', of: of('output') },
  { title: 'shown h', low: -1, high: 1, colour: 'second', of: of('hidden') },
  { title: 'p(what came)', low: 0, high: 1, colour: 'ink', of: ({ came }) => came },
]

/** Room at the left and right of the steps: that of a piano roll, so that both stand under each other. */
export const UNROLLED_FRAME = { width: 720, left: 40, right: 8, lane: 34, gap: 20 } as const

const round = (value: number): number => Math.round(value * 100) / 100

/**
 * One unit through a melody: one lane per gate, one bar per step, and below them the probability of the next event.
 * @param unit place among the chosen units.
 */
export function unrolledSvg(
  { steps, chosen, melody }: UnrolledMelody,
  unit: number,
  palette: Palette = cssPalette,
): string {
  const { width, left, right, lane, gap } = UNROLLED_FRAME
  const step = (width - left - right) / Math.max(1, steps.length)
  const height = LANES.length * (lane + gap)
  const lanes = LANES.map(({ title, low, high, colour, of }, n) => {
    const values = steps.map((reading) => of(reading, unit))
    const reach = Number.isNaN(high) ? Math.max(1, ...values.map((value) => Math.abs(value ?? 0))) : high
    const floor = Number.isNaN(low) ? -reach : low
    const top = n * (lane + gap) + gap
    const y = (value: number): number => round(top + lane - ((value - floor) / (reach - floor)) * lane)
    const bars = values.map((value, at) => {
      if (value === null) return ''
      const [from, to] = [y(0), y(value)]
      return `<rect x="${round(left + at * step + 0.5)}" y="${Math.min(from, to)}" width="${round(step - 1)}" height="${round(Math.max(0.5, Math.abs(from - to)))}"/>`
    })
    const label = (value: number): string =>
      `<text x="${left - 5}" y="${y(value)}" dy=".35em" text-anchor="end">${String(round(value)).replace('-', '−')}</text>`
    return [
      `<text x="${left}" y="${top - 6}" fill="${palette.ink}">${title}</text>`,
      `<g fill="${palette.muted}">${label(floor)}${label(reach)}</g>`,
      `<path d="M${left} ${y(0)}H${width - right}" stroke="${palette.grid}"/>`,
      `<g fill="${palette[colour]}">${bars.join('')}</g>`,
    ].join('')
  })
  const title = `Unit ${itemAt(chosen, unit) + 1} reading ${melody}: gates, memory and output at each of ${steps.length} steps`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}" font-family="system-ui, sans-serif" font-size="11">${lanes.join('')}</svg>`
}

const two = (value: number): string => value.toFixed(2).replace('-', '−')

/** One step of one unit in words and numbers: what was read, how the memory came about, and what is expected next. */
export function unrolledWords({ steps }: UnrolledMelody, step: number, unit: number): { name: string; text: string }[] {
  const { event, units, next, came } = itemAt(steps, step)
  const { input, forget, candidate, output, cell, hidden } = itemAt(units, unit)
  const before = step === 0 ? 0 : itemAt(itemAt(steps, step - 1).units, unit).cell
  const coming = steps[step + 1]
  return [
    { name: 'Reads', text: `step ${step + 1} of ${steps.length}: ${eventName(event)}` },
    {
      name: 'Remembers',
      text: `c = f · c′ + i · g = ${two(forget)} × ${two(before)} + ${two(input)} × ${two(candidate)} = ${two(cell)}`,
    },
    { name: 'Shows', text: `h = o · tanh c = ${two(output)} × ${two(Math.tanh(cell))} = ${two(hidden)}` },
    {
      name: 'Expects',
      text: next.map((each) => `${eventName(each.event)} ${probabilityText(each.probability)}`).join(', '),
    },
    ...(came === null || coming === undefined
      ? []
      : [{ name: 'What came', text: `${eventName(coming.event)}, given ${probabilityText(came)}` }]),
  ]
}
