import { VOICES, voiceColour } from '../../../src/charts/palette.ts'
import { isOneOf } from '../../../src/support/records.ts'
import { starterPrimers, type StarterPrimer } from '../../../src/generation/starterPrimers.ts'
import { findKey, type FoundKey } from '../../../src/evaluation/musical/keys.ts'
import { pieceOf } from '../../../src/evaluation/musical/piece.ts'
import { melodyNotes } from '../../../src/melody/melody.ts'
import { type StarterContinuation, type StarterReport, starterReportFile } from '../../../src/results/starterReport.ts'
import { requiredResult } from './fullScale.ts'
import { href } from './links.ts'
import { once } from './once.ts'
import { loadIterations } from './study.ts'

/** The continuations of the held-out primers; null if there are none. */
export const loadHeldOut = once((): StarterReport | null => {
  const report = requiredResult(starterReportFile)
  if (report === null) return null
  const published = new Map<string, string>(
    loadIterations().map(({ name, result }) => [name, result.checkpoint.sha256]),
  )
  // What a model made that has been replaced since is not shown as that of its successor.
  const models = report.models.filter(
    ({ iteration, checkpointSha256 }) => published.get(iteration) === checkpointSha256,
  )
  const known = new Set<string>(['person', 'ppm', ...models.map(({ iteration }) => iteration)])
  return { ...report, models, melodies: report.melodies.filter(({ by }) => known.has(by)) }
})

/** A continuation with the letter of who made it. */
export interface HeldOutMelody {
  readonly continuation: StarterContinuation
  readonly primer: StarterPrimer
  readonly letter: string
  /** The file's name without `.mid`. */
  readonly id: string
}

/** Who continues, in order, each with a letter: a person, PPM, the models. */
export function performersOf(report: StarterReport): { by: string; letter: string; name: string; words: string }[] {
  const names = [...new Set<string>(report.melodies.map(({ by }) => by))]
  return names.map((by, n) => ({
    by,
    letter: String.fromCharCode(65 + n),
    name: shortName(by),
    words: performerWords(by),
  }))
}

const shortName = (by: string): string => (by === 'person' ? 'Person' : by === 'ppm' ? 'PPM' : by)

/** @example performerWords('ppm') // 'PPM' */
export const performerWords = (by: string): string =>
  by === 'person' ? 'a person' : by === 'ppm' ? 'PPM' : `iteration ${by}`

/** The tunes in order, each with its continuations. */
export function heldOutGroups(report: StarterReport): { primer: StarterPrimer; melodies: HeldOutMelody[] }[] {
  const performers = performersOf(report)
  const groups = starterPrimers.map((primer) => ({
    primer,
    melodies: performers.flatMap(({ by, letter }) => {
      const continuation = report.melodies.find((each) => each.by === by && each.primer === primer.name)
      if (continuation === undefined) return []
      return [{ continuation, primer, letter, id: idOf(continuation) }]
    }),
  }))
  return groups.filter(({ melodies }) => melodies.length > 0)
}

const idOf = ({ file }: StarterContinuation): string => file.replace(/^.*\/|\.mid$/g, '')

/** What the script of the melodies' pages reads off a cell. */
export function heldOutAttributes({
  continuation,
  primer,
  letter,
  id,
}: HeldOutMelody): Record<string, string | number> {
  const { events, by } = continuation
  const words = performerWords(by)
  const file = (ending: string): string => href(`melodies/starter/${id}.${ending}`)
  return {
    id,
    style: isOneOf(VOICES, by) ? `--voice:${voiceColour(by)}` : '',
    'aria-label': `${primer.title}, continued by ${words}`,
    'data-letter': letter,
    'data-iteration': by,
    'data-by': words,
    'data-title': primer.title,
    'data-page': `#${id}`,
    'data-sound': file('mp3'),
    'data-midi': file('mid'),
    'data-steps': events.length,
    'data-steps-per-second': (primer.qpm / 60) * 4,
    'data-steps-per-bar': primer.stepsPerBar,
    'data-first-step': melodyNotes(events)[0]?.startStep ?? 0,
  }
}

/** The key of a continuation without its primer. */
export function addedKey({ continuation, primer }: HeldOutMelody): FoundKey | null {
  const { events } = continuation
  return findKey(pieceOf(events, { stepsPerBar: primer.stepsPerBar, from: primer.events.length }))
}

/** Files of the continuations, as paths inside `generated_melodies`. */
export function heldOutFiles(): string[] {
  return (loadHeldOut()?.melodies ?? []).flatMap(({ file, by }) => {
    const path = file.replace(/^generated_melodies\//, '').replace(/\.mid$/, '')
    return [`${path}.mid`, `${path}.mp3`, ...(by === 'person' ? [] : [`${path}.json`])]
  })
}
