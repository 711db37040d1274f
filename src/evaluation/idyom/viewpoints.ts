import type { Token } from '../../dataset/tokens.ts'
import { FIRST_REFERENCE, INTERVAL_CLASSES, intervalClass, LENGTH_CLASSES } from '../../dataset/tokenClasses.ts'

/** What is predicted of a melody, one after the other: how long a token is, whether a rest follows, and which note. */
export const QUESTIONS = ['length', 'rest', 'interval'] as const
/** What a viewpoint predicts. */
export type Question = (typeof QUESTIONS)[number]

/** How many answers a question has. */
export const ANSWERS: Readonly<Record<Question, number>> = {
  length: LENGTH_CLASSES,
  rest: 2,
  interval: INTERVAL_CLASSES,
}

/** A way to look at the past of a melody (Conklin & Witten 1995, doi 10.1080/09298219508570672). */
export interface Viewpoint {
  readonly name: string
  readonly question: Question
  /** The symbol of its sequence at a place: a whole number; each viewpoint has its own. */
  readonly symbol: (place: Place) => number
}

/** Where a melody stands when a question is asked. */
export interface Place {
  /** The token that has begun. */
  readonly token: Token
  /** Length class of the token before it; LENGTH_CLASSES at the start. */
  readonly before: number
  /** Interval class by which the last note was reached; 0 before the first note. */
  readonly interval: number
  /** Semitones of the last note above the first one, modulo 12. */
  readonly degree: number
  /** Step on which the token begins, counted from its bar line; and steps per bar. */
  readonly position: number
  readonly stepsPerBar: number
  /** Once the token's length is known: its class, the class of the time since the last note, and where in the bar it ends. */
  readonly length: number
  readonly sinceNote: number
  readonly end: number
}

const LENGTHS = LENGTH_CLASSES + 1
const METRES = 256
const kindOf = ({ token }: Place): number => (token.pitch === null ? 1 : 0)
const beginsAt = ({ position, stepsPerBar }: Place): number => position * METRES + Math.min(stepsPerBar, METRES - 1)
const endsAt = ({ end, stepsPerBar }: Place): number => end * METRES + Math.min(stepsPerBar, METRES - 1)

/** The viewpoints that are mixed: rhythm, metre, intervals, degree, and links between them. */
export const VIEWPOINTS: readonly Viewpoint[] = [
  { name: 'length', question: 'length', symbol: (place) => 2 * place.before + kindOf(place) },
  {
    name: 'length, place in the bar',
    question: 'length',
    symbol: (place) => (beginsAt(place) * LENGTHS + place.before) * 2 + kindOf(place),
  },
  {
    name: 'length, interval',
    question: 'length',
    symbol: (place) => (place.interval * LENGTHS + place.before) * 2 + kindOf(place),
  },
  { name: 'length and end', question: 'rest', symbol: (place) => endsAt(place) * LENGTHS + place.length },
  { name: 'interval', question: 'interval', symbol: (place) => place.interval },
  {
    name: 'interval, time',
    question: 'interval',
    symbol: (place) => place.interval * LENGTHS + place.sinceNote,
  },
  { name: 'degree', question: 'interval', symbol: (place) => place.degree },
  {
    name: 'interval, place in the bar',
    question: 'interval',
    symbol: (place) => endsAt(place) * INTERVAL_CLASSES + place.interval,
  },
]

/** The place of a melody's first token. */
export function firstPlace(token: Token, stepsPerBar: number): Place {
  const interval = token.pitch === null ? 0 : intervalClass(token.pitch - FIRST_REFERENCE)
  return {
    token,
    before: LENGTH_CLASSES,
    interval,
    degree: 0,
    position: token.start % stepsPerBar,
    stepsPerBar,
    length: 0,
    sinceNote: 0,
    end: 0,
  }
}
