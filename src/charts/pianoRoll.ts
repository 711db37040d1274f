import { melodyNotes } from '../melody/melody.ts'
import { escapeText } from '../support/text/escapeText.ts'
import { cssPalette, lightPalette, type Palette } from './palette.ts'
import { isBlackKey, pitchName } from '../melody/pitchName.ts'

/** A melody of a piano roll. */
export interface RollMelody {
  /** NO_EVENT (-2), NOTE_OFF (-1) or a MIDI pitch, one per step. */
  readonly events: readonly number[]
  /** Steps at the front that were given; notes that begin there are coloured apart. */
  readonly primerSteps: number
}

/** Options of a piano roll. */
export interface RollOptions {
  readonly stepsPerBar?: number
  readonly stepsPerQuarter?: number
  readonly title?: string
  /** Pixels of the whole figure; the SVG scales down from there. */
  readonly width?: number
  readonly height?: number
  readonly palette?: Palette
  /** Of the SVG alone: what lies over the notes, from the lowest up. */
  readonly layers?: readonly RollLayer[]
  /** Ground of the plotly figure; by default that of the page shows through. */
  readonly ground?: string
}

/** Notes laid over a roll: a group of its own, which the page shows or hides and gives its looks by its class. */
export interface RollLayer {
  readonly name: string
  readonly notes: readonly LayerNote[]
}

/** A note of one of several melodies drawn together. */
export interface LayerNote {
  readonly pitch: number
  readonly startStep: number
  /** Exclusive. */
  readonly endStep: number
  /** Its class. */
  readonly kind: string
  /** What a pointer that rests on it reads. */
  readonly title: string
}

/** A drawn note. */
export interface RollNote {
  readonly pitch: number
  readonly startStep: number
  /** Exclusive. */
  readonly endStep: number
  readonly given: boolean
}

/** A plotly figure as JSON: `Plotly.newPlot(element, figure.data, figure.layout, figure.config)`. */
export interface PlotlyFigure {
  readonly data: readonly Record<string, unknown>[]
  readonly layout: Record<string, unknown>
  readonly config: Record<string, unknown>
}

/**
 * The notes of a melody: each begins at its pitch and sounds until a NOTE_OFF, the next pitch or the end.
 * @example rollNotes({ events: [60, -2, -1], primerSteps: 1 }) // [{ pitch: 60, startStep: 0, endStep: 2, given: true }]
 */
export function rollNotes({ events, primerSteps }: RollMelody): RollNote[] {
  return melodyNotes(events).map(({ pitch, startStep, endStep }) => {
    return { pitch, startStep, endStep, given: startStep < primerSteps }
  })
}

/** Lowest and highest row shown: the notes, a row to spare, and an octave at least. */
function pitchRange(notes: readonly { readonly pitch: number }[]): { low: number; high: number } {
  const pitches = notes.map((note) => note.pitch)
  const low = Math.min(...pitches, 127)
  const high = Math.max(...pitches, 0)
  if (low > high) return { low: 59, high: 73 }
  const middle = Math.round((low + high) / 2)
  return { low: Math.max(0, Math.min(low - 1, middle - 7)), high: Math.min(127, Math.max(high + 1, middle + 7)) }
}

/** Rows that carry a name: Cs and Gs, and every natural where there is room for it. */
function namedPitches(low: number, high: number, rowPixels: number): number[] {
  const all = Array.from({ length: high - low + 1 }, (_, index) => low + index)
  if (rowPixels * 2 >= 13 && high - low <= 24) {
    // Neighbouring naturals (E F, B C) are one row apart: F and C stay, E and B go.
    return all.filter((pitch) => [0, 2, 5, 7, 9].includes(pitch % 12))
  }
  return all.filter((pitch) => pitch % 12 === 0 || (rowPixels * 5 >= 13 && pitch % 12 === 7))
}

const round = (value: number): number => Math.round(value * 100) / 100

interface Frame {
  readonly x: (step: number) => number
  readonly y: (pitch: number) => number
  readonly row: number
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  readonly low: number
  readonly high: number
}

function frame(notes: readonly { readonly pitch: number }[], steps: number, width: number, height: number): Frame {
  const { low, high } = pitchRange(notes)
  const [left, right, top, bottom] = [40, width - 8, 28, height - 36]
  const row = (bottom - top) / (high - low + 1)
  return {
    x: (step) => round(left + ((right - left) * step) / Math.max(1, steps)),
    y: (pitch) => round(top + (high - pitch) * row),
    row,
    left,
    right,
    top,
    bottom,
    low,
    high,
  }
}

function keyRows(at: Frame, palette: Palette): string[] {
  const rows = Array.from({ length: at.high - at.low + 1 }, (_, index) => at.low + index)
  const shades = rows
    .filter(isBlackKey)
    .map((p) => `<rect x="${at.left}" y="${at.y(p)}" width="${at.right - at.left}" height="${round(at.row)}"/>`)
  const names = namedPitches(at.low, at.high, at.row).map(
    (p) => `<text x="${at.left - 6}" y="${round(at.y(p) + at.row / 2)}" dy=".35em">${pitchName(p)}</text>`,
  )
  return [
    `<g fill="${palette.shade}">${shades.join('')}</g>`,
    `<g fill="${palette.muted}" text-anchor="end">${names.join('')}</g>`,
  ]
}

function barLines(at: Frame, steps: number, stepsPerBar: number, palette: Palette): string[] {
  const bars = Math.max(1, Math.ceil(steps / stepsPerBar))
  const every = Math.ceil((bars * 22) / (at.right - at.left))
  const lines = Array.from({ length: bars + 1 }, (_, bar) => Math.min(steps, bar * stepsPerBar)).map(
    (step) => `<path d="M${at.x(step)} ${at.top}V${at.bottom}"/>`,
  )
  const numbers = Array.from({ length: bars }, (_, bar) => bar)
    .filter((bar) => bar % every === 0)
    .map((bar) => {
      const middle = (bar * stepsPerBar + Math.min(steps, (bar + 1) * stepsPerBar)) / 2
      return `<text x="${at.x(middle)}" y="${at.bottom + 15}">${bar + 1}</text>`
    })
  const title = `<text x="${(at.left + at.right) / 2}" y="${at.bottom + 31}">bar</text>`
  return [
    `<g stroke="${palette.grid}">${lines.join('')}</g>`,
    `<g fill="${palette.muted}" text-anchor="middle">${numbers.join('')}${title}</g>`,
  ]
}

/** What a pointer that rests on a note reads. */
function noteTitle(note: RollNote, stepsPerBar: number, stepsPerQuarter: number): string {
  const bar = Math.floor(note.startStep / stepsPerBar) + 1
  const beat = (note.startStep % stepsPerBar) / stepsPerQuarter + 1
  const length = (note.endStep - note.startStep) / stepsPerQuarter
  return `${pitchName(note.pitch)}, bar ${bar}, beat ${beat}, ${length} ${length === 1 ? 'quarter' : 'quarters'}${note.given ? ', primer' : ''}`
}

function noteRect(note: Omit<RollNote, 'given'>, at: Frame, title: string, kind?: string): string {
  const width = round(Math.max(1, at.x(note.endStep) - at.x(note.startStep) - 1))
  const place = `x="${at.x(note.startStep)}" y="${round(at.y(note.pitch) + 0.5)}" width="${width}" height="${round(Math.max(1.5, at.row - 1))}"`
  return `<rect ${kind === undefined ? '' : `class="${kind}" `}${place} rx="1.5"><title>${escapeText(title)}</title></rect>`
}

const layerGroup = ({ name, notes }: RollLayer, at: Frame): string =>
  `<g class="layer ${name}">${notes.map((note) => noteRect(note, at, note.title, note.kind)).join('')}</g>`

function legend(at: Frame, hasPrimer: boolean, palette: Palette): string {
  const entry = (x: number, colour: string, text: string): string =>
    `<rect x="${x}" y="8" width="12" height="10" rx="1.5" fill="${colour}"/>` +
    `<text x="${x + 17}" y="13" dy=".35em" fill="${palette.ink}">${text}</text>`
  return (
    (hasPrimer ? entry(at.left, palette.second, 'primer') : '') +
    entry(at.left + (hasPrimer ? 72 : 0), palette.first, 'generated')
  )
}

/**
 * A melody as a static piano roll: pure text, no script. Time runs to the right in bars, pitches upwards; a note says
 * its name, place and length to a pointer. A melody without notes gives an empty roll.
 */
export function pianoRollSvg(melody: RollMelody, options: RollOptions = {}): string {
  const palette = options.palette ?? cssPalette
  const { stepsPerBar = 16, stepsPerQuarter = 4, width = 640, height = 220, layers = [] } = options
  const notes = rollNotes(melody)
  const steps = melody.events.length
  const at = frame([...notes, ...layers.flatMap((layer) => layer.notes)], steps, width, height)
  const draw = (given: boolean): string =>
    notes
      .filter((note) => note.given === given)
      .map((note) => noteRect(note, at, noteTitle(note, stepsPerBar, stepsPerQuarter)))
      .join('')
  const label = `${options.title ?? 'Piano roll'}: ${notes.length} ${notes.length === 1 ? 'note' : 'notes'} in ${round(steps / stepsPerBar)} bars`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${escapeText(label)}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="11">`,
    palette.background === 'transparent'
      ? ''
      : `<rect width="${width}" height="${height}" fill="${palette.background}"/>`,
    ...keyRows(at, palette),
    ...barLines(at, steps, stepsPerBar, palette),
    `<g class="notes" fill="${palette.second}">${draw(true)}</g>`,
    `<g class="notes" fill="${palette.first}">${draw(false)}</g>`,
    ...layers.map((layer) => layerGroup(layer, at)),
    legend(
      at,
      notes.some((note) => note.given),
      palette,
    ),
    '</svg>',
  ]
    .filter((part) => part !== '')
    .join('\n')
}

/** Options of a small roll. */
export interface MiniRollOptions {
  /** What screen readers say, before its length. */
  readonly label: string
  readonly stepsPerBar?: number
  /** Melodies that are looked at beside it: the roll reaches as high and as low as they do. */
  readonly beside?: readonly RollMelody[]
}

/**
 * A melody as a roll of a few hundred bytes, for a page of many: no names, no titles, stretched to the box it is put into, its
 * colours by the classes `given`, `made` and `bars`.
 * @example miniRollSvg({ events: [60, -2], primerSteps: 0 }, { label: 'One note' })
 */
export function miniRollSvg(melody: RollMelody, { label, stepsPerBar = 16, beside = [] }: MiniRollOptions): string {
  const notes = rollNotes(melody)
  return miniSvg(notes, { label, stepsPerBar, steps: melody.events.length, beside: beside.flatMap(rollNotes) })
}

/** Two lines as such a roll: the performer's by the class `given`, the other by `made`. */
export function miniDuetSvg(
  performer: readonly number[],
  partner: readonly number[],
  { label, stepsPerBar = 16 }: MiniRollOptions,
): string {
  const both = [performer, partner].flatMap((events, n) => rollNotes({ events, primerSteps: n === 0 ? Infinity : 0 }))
  return miniSvg(both, { label, stepsPerBar, steps: performer.length, beside: [] })
}

interface MiniSvgOptions {
  readonly label: string
  readonly stepsPerBar: number
  readonly steps: number
  readonly beside: readonly RollNote[]
}

function miniSvg(notes: readonly RollNote[], { label, stepsPerBar, steps: length, beside }: MiniSvgOptions): string {
  const steps = Math.max(1, length)
  const { low, high } = pitchRange([...notes, ...beside])
  const path = (given: boolean): string =>
    notes
      .filter((note) => note.given === given)
      // A sliver short, so that a repeated note shows as two.
      .map(({ pitch, startStep, endStep }) => `M${startStep} ${high - pitch}h${round(endStep - startStep - 0.2)}`)
      .join('')
  const bars = Array.from(
    { length: Math.ceil(steps / stepsPerBar) - 1 },
    (_, bar) => `M${(bar + 1) * stepsPerBar} -.5V${high - low}`,
  )
  const text = `${label}: ${notes.length} ${notes.length === 1 ? 'note' : 'notes'} in ${round(steps / stepsPerBar)} bars`
  const drawn = [
    ['bars', bars.join('')],
    ['given', path(true)],
    ['made', path(false)],
  ].map(([name, d]) => (d === '' ? '' : `<path class="${name}" d="${d}"/>`))
  return `<svg role="img" aria-label="${escapeText(text)}" viewBox="0 -.5 ${steps} ${high - low + 1}" preserveAspectRatio="none">${drawn.join('')}</svg>`
}

function trace(
  notes: readonly RollNote[],
  name: string,
  colour: string,
  options: Required<Pick<RollOptions, 'stepsPerBar' | 'stepsPerQuarter'>>,
): Record<string, unknown>[] {
  if (notes.length === 0) return []
  const bars = {
    type: 'bar',
    orientation: 'h',
    name,
    base: notes.map((note) => note.startStep / options.stepsPerBar + 1),
    // A sliver short, so that a repeated note shows as two.
    x: notes.map((note) => (note.endStep - note.startStep - 0.12) / options.stepsPerBar),
    y: notes.map((note) => note.pitch),
    text: notes.map((note) => noteTitle(note, options.stepsPerBar, options.stepsPerQuarter)),
    textposition: 'none',
    hovertemplate: '%{text}<extra></extra>',
    width: 0.85,
    marker: { color: colour, line: { width: 0 } },
  }
  return [bars]
}

/**
 * A melody as a plotly figure, primer and continuation as two traces. Plotly knows no CSS variables: choose a palette
 * for the ground it stands on.
 */
export function pianoRollSpec(melody: RollMelody, options: RollOptions = {}): PlotlyFigure {
  const palette = options.palette ?? lightPalette
  const { stepsPerBar = 16, stepsPerQuarter = 4, height = 260 } = options
  const notes = rollNotes(melody)
  const { low, high } = pitchRange(notes)
  const named = namedPitches(low, high, (height - 90) / (high - low + 1))
  const bars = melody.events.length / stepsPerBar
  const part = (given: boolean): RollNote[] => notes.filter((note) => note.given === given)
  const data = [
    ...trace(part(true), 'primer', palette.second, { stepsPerBar, stepsPerQuarter }),
    ...trace(part(false), 'generated', palette.first, { stepsPerBar, stepsPerQuarter }),
  ]
  const axis = { gridcolor: palette.grid, linecolor: palette.muted, zeroline: false, fixedrange: false }
  const layout = {
    ...(options.title === undefined ? {} : { title: { text: options.title, font: { size: 14 }, x: 0, xref: 'paper' } }),
    ...(options.width === undefined ? { autosize: true } : { width: options.width }),
    height,
    barmode: 'overlay',
    showlegend: notes.some((note) => note.given),
    legend: { orientation: 'h', x: 1, xanchor: 'right', y: 1.02, yanchor: 'bottom' },
    margin: { l: 52, r: 12, t: 42, b: 44 },
    paper_bgcolor: options.ground ?? 'rgba(0,0,0,0)',
    plot_bgcolor: 'rgba(0,0,0,0)',
    font: { family: 'system-ui, sans-serif', size: 12, color: palette.ink },
    xaxis: {
      ...axis,
      title: { text: 'bar' },
      range: [1, bars + 1],
      tick0: 1,
      dtick: Math.max(1, Math.ceil(bars / 16)),
    },
    yaxis: { ...axis, range: [low - 0.5, high + 0.5], tickvals: named, ticktext: named.map(pitchName) },
    hovermode: 'closest',
  }
  return { data, layout, config: { responsive: true, displaylogo: false } }
}
