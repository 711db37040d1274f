import type { Regenerated } from '../../generation/regenerate.ts'
import type { ControlCost } from '../../results/control.ts'
import { counted } from '../../support/text/counted.ts'
import { printable } from '../../support/text/printable.ts'
import type { WrittenMelody } from '../generate.ts'
import { type RankedMelody, rankingText } from '../rankMelodies.ts'

/** That a melody came out as its sidecar says. */
export function regeneratedLine({ path, bytes, midiSha256 }: Regenerated): string {
  return `${printable(path)}: ${counted(bytes, 'byte')}, sha256 ${midiSha256}: the same as the sidecar's`
}

/** A melody as one line of JSON: its file and its sidecar. */
export function jsonLine({ path, sidecar }: WrittenMelody): string {
  return JSON.stringify({ file: path, ...sidecar })
}

/** A melody in a line: its file, length, likelihood and what its controls cost. */
export function textLine({ path, sidecar }: WrittenMelody): string {
  const { events, conditionedOn, logLikelihood, controlCost } = sidecar
  const notes = events.filter((event) => event >= 0).length
  const mean = logLikelihood / (events.length - conditionedOn.length)
  const cost = controlCost === undefined ? '' : `; ${costText(controlCost)}`
  return `${printable(path)}  ${counted(events.length, 'step')}, ${counted(notes, 'note')}, ${mean.toFixed(2)} nats per new step${cost}`
}

/** @example `control cost 0.31 bits per note (key 0.06, density 0.25)` */
function costText({ bitsPerNote, each }: ControlCost): string {
  const parts = Object.entries(each).map(([name, bits]) => `${name} ${bits.toFixed(2)}`)
  return `control cost ${bitsPerNote.toFixed(2)} bits per note${parts.length > 1 ? ` (${parts.join(', ')})` : ''}`
}

/** Melodies in their order, as lines of JSON or as one table. */
export function rankedLines(ranked: readonly RankedMelody<WrittenMelody>[], asJson: boolean): string[] {
  if (!asJson) return rankingText(ranked).split('\n')
  return ranked.map(({ melody: { path, sidecar }, rank, distance, flags }) =>
    JSON.stringify({ file: path, rank, distance, flags, ...sidecar }),
  )
}
