import type { InspectLine, InspectedNote } from '../../dataset/inspectFiles.ts'
import { pitchName } from '../../melody/pitchName.ts'
import { ignoredText } from '../../score/ignoredText.ts'
import { programName } from '../../score/programName.ts'
import { unreadableText } from '../../score/unreadableText.ts'
import { itemAt } from '../../support/itemAt.ts'
import { clockText } from '../../support/text/clockText.ts'
import { counted } from '../../support/text/counted.ts'
import { printable } from '../../support/text/printable.ts'

/** Heads of the columns after the name. */
export const HEADINGS = ['length', 'notes', 'parts', 'pitches', 'tempo', 'metre'] as const
const WIDTHS = [8, 8, 6, 8, 14, 0] as const

/** `90`, or `60-90` when it changes. */
function range(values: readonly number[]): string {
  const low = values.reduce((least, value) => Math.min(least, value), Infinity)
  const high = values.reduce((most, value) => Math.max(most, value), -Infinity)
  return values.length === 0 ? '-' : low === high ? `${low}` : `${low}-${high}`
}

/** The row for a person: length, notes, instruments, range of pitches, tempos and metres, or the error. */
export function tableLine(line: InspectLine, fileWidth: number): string {
  const name = line.file.padEnd(fileWidth)
  if (!line.ok) return `${name}  cannot be read: ${unreadableText(line.error.message)}`
  const metres = [...new Set(line.timeSignatures.map(([, numerator, denominator]) => `${numerator}/${denominator}`))]
  const shown = metres.slice(0, 4)
  return tableCells(name, [
    clockText(line.totalTime, 1),
    String(line.notes.length),
    String(new Set(line.notes.map(([instrument]) => instrument)).size),
    range(line.notes.filter(([, , isDrum]) => isDrum === 0).map(([, , , pitch]) => pitch)),
    range(line.tempos.map(([, qpm]) => Number(qpm.toFixed(1)))),
    metres.length === 0 ? '4/4 (none said)' : [...shown, ...(metres.length > shown.length ? ['…'] : [])].join(' '),
  ])
}

/**
 * What a person needs below the row of a score: what is ignored of it and, with `tracks`, its tracks with the numbers that
 * `cantus melodies` prints and `cantus generate --track` takes.
 */
export function detailLines(line: InspectLine, tracks: boolean): string[] {
  if (!line.ok) return []
  const notices = line.ignored === undefined ? [] : [`  note: ${ignoredText(line.ignored)}`]
  return [...notices, ...(tracks ? trackLines(line) : [])]
}

type ReadLine = Extract<InspectLine, { ok: true }>

function trackLines({ notes, names }: ReadLine): string[] {
  return [...Map.groupBy(notes, ([track]) => track)]
    .sort(([a], [b]) => a - b)
    .map(([track, own]) => trackLine(track, own, names?.[track]))
}

function trackLine(track: number, notes: readonly InspectedNote[], name?: string): string {
  const [, program, isDrum] = itemAt(notes, 0)
  const pitches = notes.map(([, , , pitch]) => pitch)
  const low = pitches.reduce((a, b) => Math.min(a, b))
  const high = pitches.reduce((a, b) => Math.max(a, b))
  const sound = name === undefined ? programName(program) : printable(name)
  const what = isDrum === 1 ? 'drums' : `${sound}, ${pitchName(low)} to ${pitchName(high)}`
  return `  track ${track}: ${counted(notes.length, 'note')}, ${what}`
}

/** A line of the table, its cells below their heads. */
export function tableCells(name: string, cells: readonly string[]): string {
  return [name, ...cells.map((cell, i) => cell.padStart(WIDTHS[i] ?? 0))].join('  ')
}
