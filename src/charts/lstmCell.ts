import { cssPalette, type Palette } from './palette.ts'

/** Where the parts of the drawing stand. */
const TOP = 56
const GATES = 196
const INPUT = 268
const X = { forget: 150, input: 300, candidate: 390, output: 510, shown: 600, end: 680 } as const
/** Where what is let in meets what would be written, and how high. */
const MEET = { x: 345, y: 126 } as const

/** The LSTM cell as its formulas have it: the cell's line above, four gates that read the step and the last output, what is shown. */
export function lstmCellSvg(palette: Palette = cssPalette): string {
  const { ink, muted, first, second, shade } = palette
  const box = (x: number, text: string, says: string): string =>
    `<rect x="${x - 27}" y="${GATES - 17}" width="54" height="34" rx="5" fill="${shade}" stroke="${ink}"/>` +
    `<text x="${x}" y="${GATES + 5}" text-anchor="middle">${text}</text>` +
    `<text x="${x + 33}" y="${GATES + 5}" fill="${muted}">${says}</text>`
  const knot = (x: number, y: number, sign: string): string =>
    `<circle cx="${x}" cy="${y}" r="13" fill="${palette.background}" stroke="${ink}"/><text x="${x}" y="${y + 6}" text-anchor="middle">${sign}</text>`
  const line = (d: string, colour: string = ink): string =>
    `<path d="${d}" fill="none" stroke="${colour}" stroke-width="1.6" marker-end="url(#lstm-arrow)"/>`
  const label = 'An LSTM cell: its memory runs along the top, is kept in part, added to, and shown in part'
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${label}" viewBox="0 0 720 300" font-family="system-ui, sans-serif" font-size="14" fill="${ink}">`,
    `<defs><marker id="lstm-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="${ink}"/></marker></defs>`,
    line(`M40 ${TOP}H${X.forget - 14}`, first),
    line(`M${X.forget + 13} ${TOP}H${MEET.x - 14}`, first),
    line(`M${MEET.x + 13} ${TOP}H${X.end}`, first),
    `<path d="M40 ${INPUT}H${X.output}M${X.forget} ${INPUT}V${GATES + 17}M${X.input} ${INPUT}V${GATES + 17}M${X.candidate} ${INPUT}V${GATES + 17}M${X.output} ${INPUT}V${GATES + 17}" fill="none" stroke="${second}" stroke-width="1.6"/>`,
    line(`M${X.forget} ${GATES - 17}V${TOP + 14}`),
    line(`M${X.input} ${GATES - 17}V${MEET.y}H${MEET.x - 14}`),
    line(`M${X.candidate} ${GATES - 17}V${MEET.y}H${MEET.x + 14}`),
    line(`M${MEET.x} ${MEET.y - 13}V${TOP + 14}`),
    line(`M${X.output} ${GATES - 17}V${MEET.y}H${X.shown - 14}`),
    line(`M${X.shown} ${TOP}V${MEET.y - 14}`, first),
    line(`M${X.shown + 13} ${MEET.y}H${X.end}`),
    box(X.forget, 'σ', 'kept'),
    box(X.input, 'σ', ''),
    box(X.candidate, 'tanh', 'written'),
    box(X.output, 'σ', 'shown'),
    `<text x="${X.input - 33}" y="${GATES + 5}" fill="${muted}" text-anchor="end">let in</text>`,
    knot(X.forget, TOP, '×'),
    knot(MEET.x, TOP, '+'),
    knot(MEET.x, MEET.y, '×'),
    knot(X.shown, MEET.y, '×'),
    `<text x="${X.shown + 8}" y="${(TOP + MEET.y) / 2 + 4}" fill="${muted}">tanh</text>`,
    `<g font-style="italic"><text x="8" y="${TOP - 22}">c(t−1), the memory</text><text x="${X.end - 6}" y="${TOP - 12}" text-anchor="end">c(t)</text>` +
      `<text x="${X.end + 4}" y="${MEET.y + 5}">h(t)</text><text x="8" y="${INPUT + 22}">h(t−1) and x(t): the last output and the event that is read</text></g>`,
    '</svg>',
  ].join('')
}
