import { createHash } from 'node:crypto'
import { starterPrimers, type StarterPrimer } from '../../generation/starterPrimers.ts'
import { melodyFromEvents, melodyNotes } from '../../melody/melody.ts'
import { melodyToNoteSequence } from '../../melody/melodyToNoteSequence.ts'
import { starterReportFile, type StarterReport } from '../../results/starterReport.ts'
import { writeMidi } from '../../score/writeMidi.ts'
import { itemAt } from '../../support/itemAt.ts'
import { mulberry32, seedFrom } from '../../support/random.ts'

/**
 * Who is compared: the tune's own continuation; the network that hears intervals; the largest network of the study's kind; and
 * the tune's own bars in another order, which keeps its notes and loses its course. Who cannot tell that one from the person's
 * was not listening, or hears no difference.
 */
export const LISTENING_SYSTEMS = ['person', '3.1', '2.1', 'shuffled'] as const
/** Who made a sound of the listening test. */
export type ListeningSystem = (typeof LISTENING_SYSTEMS)[number]

/** One sound of the listening test. */
export interface ListeningSound {
  /** Name of its file, from its notes: it does not say who made it. */
  readonly id: string
  readonly midi: Uint8Array
  /** From the sound's beginning to its first note; 0 if it has none. */
  readonly firstSeconds: number
}

/** One of its continuations. */
export interface ListeningItem extends ListeningSound {
  readonly system: ListeningSystem
}

/** A primer with what is compared after it, sorted by id. */
export interface ListeningGroup {
  readonly primer: StarterPrimer
  readonly sound: ListeningSound
  readonly items: readonly ListeningItem[]
  /** Bars of the beginning, and of each continuation. */
  readonly bars: StarterReport['bars']
}

/** All that a listening test plays. */
export interface ListeningTest {
  /** Changes with any note of it: votes on another one are not mixed with those on this one. */
  readonly id: string
  readonly groups: readonly ListeningGroup[]
}

/**
 * The listening test on the published continuations of the held-out primers; null unless each of its systems continues each
 * primer. Instrument, tempo and number of bars are the same for all who continue a primer.
 */
export function listeningTest(report: StarterReport): ListeningTest | null {
  const groups = starterPrimers.map((primer) => listeningGroup(primer, report)).filter((each) => each !== null)
  if (groups.length < starterPrimers.length) return null
  const ids = groups.flatMap(({ sound, items }) => [sound.id, ...items.map(({ id }) => id)])
  return { id: shortHash(ids.join()), groups }
}

/** The listening test on the continuations published below a folder; null as `listeningTest`, or where none are published. */
export function readListeningTest(root: string): ListeningTest | null {
  const report = starterReportFile.read(root)
  return report === null ? null : listeningTest(report)
}

function listeningGroup(primer: StarterPrimer, { melodies, bars }: StarterReport): ListeningGroup | null {
  const steps = bars.added * primer.stepsPerBar
  const added = (by: string): readonly number[] | null => {
    const found = melodies.find((each) => each.by === by && each.primer === primer.name)
    return found?.events.slice(primer.events.length, primer.events.length + steps) ?? null
  }
  const person = added('person')
  if (person === null) return null
  const items = LISTENING_SYSTEMS.map((system): ListeningItem | null => {
    const events = system === 'shuffled' ? shuffledBars(person, primer) : added(system)
    return events === null ? null : { system, ...soundOf(events, primer) }
  }).filter((each) => each !== null)
  if (items.length < LISTENING_SYSTEMS.length) return null
  return { primer, bars, sound: soundOf(primer.events, primer), items: items.sort((a, b) => (a.id < b.id ? -1 : 1)) }
}

/**
 * A melody's bars in an order in which none keeps its place (Sattolo's draw of one cycle). A last bar that is not whole stays.
 * @example shuffledBars(events, { name: 'starter-1', stepsPerBar: 16 })
 */
export function shuffledBars(
  events: readonly number[],
  { name, stepsPerBar }: Pick<StarterPrimer, 'name' | 'stepsPerBar'>,
): number[] {
  const whole = Math.floor(events.length / stepsPerBar)
  const bars = Array.from({ length: whole }, (_, n) => events.slice(n * stepsPerBar, (n + 1) * stepsPerBar))
  const random = mulberry32(seedFrom(1, 'shuffled bars', name))
  for (let n = bars.length - 1; n > 0; n--) {
    const other = Math.floor(random.next() * n)
    ;[bars[n], bars[other]] = [itemAt(bars, other), itemAt(bars, n)]
  }
  return [...bars.flat(), ...events.slice(whole * stepsPerBar)]
}

function soundOf(
  events: readonly number[],
  { qpm, metre, stepsPerBar }: Pick<StarterPrimer, 'qpm' | 'metre' | 'stepsPerBar'>,
): ListeningSound {
  const melody = melodyFromEvents(events, { stepsPerBar })
  const midi = writeMidi(melodyToNoteSequence(melody, { qpm, timeSignature: metre }))
  const first = melodyNotes(events)[0]?.startStep ?? 0
  return { id: shortHash(midi), midi, firstSeconds: (first * 15) / qpm } // a step is a quarter of a beat
}

const shortHash = (content: Uint8Array | string): string =>
  createHash('sha256').update(content).digest('hex').slice(0, 16)
