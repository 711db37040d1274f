import { escapeText } from '../support/text/escapeText.ts'
import { lightPalette } from './palette.ts'
import { rollNotes, type RollMelody } from './pianoRoll.ts'

/** What a network shows beside a link, as the Open Graph protocol recommends. */
const CARD = { width: 1200, height: 630 } as const

const MARGIN = 84
const PAPER = '#fdfdfc'
const TITLE_SIZE = 68
/** Letters of the title's serif are about half as wide as high. */
const LETTERS_A_LINE = Math.floor((CARD.width - 2 * MARGIN) / (TITLE_SIZE * 0.49))
const MOST_LINES = 3
const ROLL = { top: 400, height: 150 } as const

/**
 * A card of 1200 x 630 pixels that stands for a page where it is linked to: its title above a melody's piano roll.
 * @param font family the text is set in; the drawing carries none itself.
 */
export function shareCardSvg(title: string, melody: RollMelody | null, font: string): string {
  const { width, height } = CARD
  const lines = wrapped(title)
  const text = lines
    .map((line, n) => `<tspan x="${MARGIN}" y="${196 + n * TITLE_SIZE * 1.14}">${escapeText(line)}</tspan>`)
    .join('')
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${font}" font-weight="600">` +
    `<rect width="${width}" height="${height}" fill="${PAPER}"/><rect width="${width}" height="12" fill="${lightPalette.first}"/>` +
    `<text x="${MARGIN}" y="100" font-size="34" fill="${lightPalette.first}">Cantus</text>` +
    `<text font-size="${TITLE_SIZE}" fill="${lightPalette.ink}" letter-spacing="-1">${text}</text>` +
    `${melody === null ? '' : notes(melody)}</svg>`
  )
}

/** Words in lines of about equal measure; what does not fit ends with an ellipsis. */
function wrapped(title: string): string[] {
  const lines: string[] = ['']
  for (const word of title.split(/\s+/)) {
    const line = lines.at(-1) ?? ''
    if (line !== '' && line.length + 1 + word.length > LETTERS_A_LINE) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines.length <= MOST_LINES
    ? lines
    : [...lines.slice(0, MOST_LINES - 1), `${lines[MOST_LINES - 1]?.replace(/\W*$/, '')}…`]
}

/** Given notes grey, the others blue; the pitches that occur share the height. */
function notes(melody: RollMelody): string {
  const all = rollNotes(melody)
  const pitches = all.map(({ pitch }) => pitch)
  const [low, high] = [Math.min(...pitches), Math.max(...pitches)]
  const step = (CARD.width - 2 * MARGIN) / melody.events.length
  const row = Math.min(18, ROLL.height / (high - low + 1))
  return all
    .map(({ pitch, startStep, endStep, given }) => {
      const [x, y] = [MARGIN + startStep * step, ROLL.top + (high - pitch) * row]
      const wide = Math.max(step * 0.6, (endStep - startStep) * step - 2)
      const fill = given ? lightPalette.given : lightPalette.first
      return `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${wide.toFixed(1)}" height="${(row * 0.86).toFixed(1)}" rx="2" fill="${fill}"/>`
    })
    .join('')
}
