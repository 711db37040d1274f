import { melodyNotes } from '../melody/melody.ts'
import { cssPalette, type Palette } from './palette.ts'

/** A scale as the half steps above its tonic that it has, from 0 on and below 12. */
export interface ScaleRow {
  readonly name: string
  readonly degrees: readonly number[]
}

const CELL = { width: 34, height: 26, left: 168, top: 24 } as const
const INTERVALS = ['1', '♭2', '2', '♭3', '3', '4', '♯4', '5', '♭6', '6', '♭7', '7', '8']

/** Scales below each other, a column a half step: what a scale has is filled, and where two differ is seen at a glance. */
export function scaleGridSvg(scales: readonly ScaleRow[], palette: Palette = cssPalette): string {
  const { width, height, left, top } = CELL
  const [full, high] = [left + INTERVALS.length * width, top + scales.length * height + 4]
  const heads = INTERVALS.map((text, n) => `<text x="${left + (n + 0.5) * width}" y="14">${text}</text>`).join('')
  const rows = scales.map(({ name, degrees }, row) => {
    const y = top + row * height
    const cells = INTERVALS.map((_, n) => {
      const has = degrees.includes(n % 12)
      const look = has ? `fill="${n % 12 === 0 ? palette.second : palette.first}"` : `fill="${palette.shade}"`
      return `<rect x="${left + n * width + 2}" y="${y + 3}" width="${width - 4}" height="${height - 6}" rx="3" ${look}/>`
    })
    return `<text x="${left - 10}" y="${y + height / 2}" dy=".35em" text-anchor="end" fill="${palette.ink}">${name}</text>${cells.join('')}`
  })
  const label = scales.map(({ name, degrees }) => `${name}: ${degrees.join(' ')}`).join('; ')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${full} ${high}" role="img" aria-label="Half steps above the tonic in each scale. ${label}" font-family="system-ui, sans-serif" font-size="13"><g fill="${palette.muted}" text-anchor="middle" font-size="12">${heads}</g>${rows.join('')}</svg>`
}

/** A short melody as bars of its notes alone; those that begin before `motifSteps` in the first colour. */
export function motifSvg(
  events: readonly number[],
  { motifSteps, title, palette = cssPalette }: { motifSteps: number; title: string; palette?: Palette },
): string {
  const notes = melodyNotes(events)
  const pitches = notes.map(({ pitch }) => pitch)
  const [low, high] = [Math.min(...pitches), Math.max(...pitches)]
  const [step, row] = [10, 5]
  const bars = notes.map(({ pitch, startStep, endStep }) => {
    const colour = startStep < motifSteps ? palette.second : palette.first
    return `<rect x="${startStep * step}" y="${(high - pitch) * row + 4}" width="${(endStep - startStep) * step - 2}" height="6" rx="2" fill="${colour}"/>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${events.length * step} ${(high - low) * row + 14}" role="img" aria-label="${title}">${bars.join('')}</svg>`
}
