import { escapeText } from '../support/text/escapeText.ts'
import { lightPalette, type Palette } from './palette.ts'
import { rollNotes, type RollMelody } from './pianoRoll.ts'
import { itemAt } from '../support/itemAt.ts'

/** A melody of a picture of several. */
export interface RollRow extends RollMelody {
  readonly title: string
  /** A second voice that sounds together with the first: drawn in the colour of what was given. */
  readonly second?: readonly number[]
  readonly stepsPerBar?: number
}

/** Where a row of the picture lies, as shares of its width and height, 0-1. */
export interface RowPlace {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Melodies below each other, on one scale of pitch and time. */
export interface RollRows {
  readonly svg: string
  readonly places: readonly RowPlace[]
  /** What the picture shows, in words. */
  readonly label: string
}

/** Width of the picture in pixels: it fits the cell of a notebook. */
export const ROWS_WIDTH = 860
const LEFT = 6
const TITLE = 20
const GAP = 8
/** Least number of semitones that a row shows, so that a drone does not fill it. */
const LEAST_RANGE = 14

/**
 * Melodies as piano rolls below each other, the first `primerSteps` of each in another colour. All share one scale, so what is
 * above each other sounds at the same time after its start.
 * @example rollRowsSvg([{ title: 'Iteration 1', events: [60, -2], primerSteps: 1 }]).svg
 */
export function rollRowsSvg(rows: readonly RollRow[], palette: Palette = lightPalette): RollRows {
  const notes = rows.map((row) => [...rollNotes(row), ...secondNotes(row)])
  const pitches = notes.flat().map(({ pitch }) => pitch)
  const low = Math.min(...pitches, 127)
  const range = Math.max(LEAST_RANGE, Math.max(...pitches, 0) - low)
  const bodyHeight = Math.max(56, Math.min(110, range * 4))
  const steps = Math.max(1, ...rows.map(({ events }) => events.length))
  const scale = (ROWS_WIDTH - 2 * LEFT) / steps
  const rowHeight = TITLE + bodyHeight + GAP
  const height = rowHeight * rows.length
  const semitone = bodyHeight / (range + 2)
  const drawn = rows.map((row, n) => {
    const top = n * rowHeight + TITLE
    const bars = barLines(row, scale).map((x) => `M${LEFT + x} ${top}v${bodyHeight}`)
    const rects = itemAt(notes, n).map(({ pitch, startStep, endStep, given }) => {
      const place = `x="${round(LEFT + startStep * scale)}" y="${round(top + bodyHeight - (pitch - low + 2) * semitone)}"`
      const size = `width="${round((endStep - startStep) * scale - 1)}" height="${round(Math.max(3, semitone))}"`
      return `<rect ${place} ${size} fill="${given ? palette.second : palette.first}"/>`
    })
    return [
      `<text x="${LEFT}" y="${top - 6}" fill="${palette.ink}">${escapeText(row.title)}</text>`,
      `<path d="${bars.join('')}" stroke="${palette.grid}"/>`,
      ...rects,
    ].join('')
  })
  const label = `Piano rolls: ${rows.map(({ title }, n) => `${title}, ${itemAt(notes, n).length} notes`).join('; ')}`
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${escapeText(label)}" viewBox="0 0 ${ROWS_WIDTH} ${height}" width="${ROWS_WIDTH}" height="${height}" ` +
    `style="max-width:100%;height:auto" font-family="system-ui, sans-serif" font-size="12">` +
    `<rect width="${ROWS_WIDTH}" height="${height}" fill="${palette.background}"/>${drawn.join('')}</svg>`
  const places = rows.map(({ events }, n): RowPlace => ({
    left: LEFT / ROWS_WIDTH,
    right: (LEFT + events.length * scale) / ROWS_WIDTH,
    top: (n * rowHeight + TITLE) / height,
    bottom: (n * rowHeight + TITLE + bodyHeight) / height,
  }))
  return { svg, places, label }
}

const secondNotes = ({ second = [] }: RollRow) =>
  rollNotes({ events: second, primerSteps: 0 }).map((note) => ({ ...note, given: true }))

function barLines({ events, stepsPerBar = 16 }: RollRow, scale: number): number[] {
  return Array.from({ length: Math.floor(events.length / stepsPerBar) + 1 }, (_, n) => round(n * stepsPerBar * scale))
}

const round = (value: number): number => Math.round(value * 10) / 10
