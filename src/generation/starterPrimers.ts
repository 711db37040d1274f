import starter from '../../data/starter/tunes.json' with { type: 'json' }
import { eventsOfRuns } from '../dataset/noteRuns.ts'
import { melodyFromEvents } from '../melody/melody.ts'
import { melodyToNoteSequence } from '../melody/melodyToNoteSequence.ts'
import { type Metre, PRIMER_BARS, PrimerError, primerFromCommandLine, type PrimerMelody } from './primers.ts'
import { propertyOf } from '../support/itemAt.ts'

/** A held-out tune of the starter set: its first four bars are a primer, the rest is its composer's own continuation. */
export interface StarterPrimer {
  /** As on the command line, `starter:1`. */
  readonly choice: string
  /** Part of the melodies' file names, `starter-1`. */
  readonly name: string
  readonly title: string
  /** Null where nobody is known. */
  readonly composer: string | null
  readonly source: string
  readonly licence: string
  readonly credit: string
  readonly metre: Metre
  /** Sixteenths per bar. */
  readonly stepsPerBar: number
  readonly qpm: number
  readonly tonic: number
  readonly mode: string
  /** The first four bars. */
  readonly events: readonly number[]
  /** The tune, at most 32 bars. */
  readonly tune: readonly number[]
}

/** The twelve held-out primers, in order. No model was trained on their tunes. Runs in a browser. */
export const starterPrimers: readonly StarterPrimer[] = starter.pieces.map((piece, n) => {
  const { title, composer, collection, metre, stepsPerBar, qpm, tonic, mode, notes } = piece
  const [numerator = 4, denominator = 4] = metre.split('/').map(Number)
  const tune = eventsOfRuns(notes)
  return {
    ...{ choice: `starter:${n + 1}`, name: `starter-${n + 1}`, title, composer },
    ...propertyOf<Credit>(starter.collections, collection),
    ...{ metre: { numerator, denominator }, stepsPerBar, qpm, tonic, mode },
    ...{ events: tune.slice(0, PRIMER_BARS * stepsPerBar), tune },
  }
})

type Credit = Pick<StarterPrimer, 'source' | 'licence' | 'credit'>

/**
 * What a model is conditioned on for a held-out primer, in its tempo and metre.
 * @param appendix whether a NOTE_OFF and a NO_EVENT follow, as Magenta appends them; without, the model goes on at bar 5.
 */
export function starterPrimer(
  { events, qpm, metre, stepsPerBar }: Pick<StarterPrimer, 'events' | 'qpm' | 'metre' | 'stepsPerBar'>,
  appendix: boolean,
): PrimerMelody {
  const timeSignature = metre.numerator === 4 && metre.denominator === 4 ? {} : { timeSignature: metre }
  const score = melodyToNoteSequence(melodyFromEvents(events, { stepsPerBar }), { qpm, ...timeSignature })
  const conditionedOn = appendix ? primerFromCommandLine(score, Infinity).events : events
  return { events, conditionedOn, qpm, ...timeSignature }
}

/** Whether a text asks for a held-out primer: `starter:3`. */
export const isStarterChoice = (text: string): boolean => text.startsWith('starter:')

/**
 * The held-out primer that a text asks for.
 * @throws PrimerError naming what there is.
 * @example findStarter('starter:1').title
 */
export function findStarter(text: string): StarterPrimer {
  const found = starterPrimers.find(({ choice }) => choice === text)
  if (found !== undefined) return found
  throw new PrimerError(
    `invalid primer ${text}: the held-out primers are starter:1 to starter:${starterPrimers.length}`,
  )
}

/** A held-out primer in a line: its title, who made it, and its metre. @example `Shady Grove (traditional), 2/4` */
export const starterTitle = ({ title, composer, metre }: StarterPrimer): string =>
  `${title}${composer === null ? '' : ` (${composer})`}, ${metre.numerator}/${metre.denominator}`
