import { isPitch, NO_EVENT, NOTE_OFF } from '../melody/melody.ts'
import { UserError } from '../support/errors.ts'
import { counted } from '../support/text/counted.ts'

/**
 * A stretch of a melody in which nothing begins: a note or a rest. Only the first token of a melody may be a rest that
 * nothing came before.
 */
export interface Token {
  /** MIDI pitch of a note; null for a rest. */
  readonly pitch: number | null
  /** Step it begins on. */
  readonly start: number
  /** Steps until the next one begins; of the last one those that are left, the least it can have. */
  readonly length: number
}

/** Longest token there is: one step less than the longest melody that is trained on. */
export const LONGEST_TOKEN = 511

/** A melody that tokens cannot represent. */
export class TokenError extends UserError {
  override readonly name = 'TokenError'
}

/**
 * The notes and rests of a melody, in order, without gaps. A NOTE_OFF in silence means nothing here: it reads as NO_EVENT.
 * @throws TokenError for a note or rest of more than 511 steps.
 * @example tokensOf([60, -2, -1, 62]) // C4 for 2 steps, a rest of 1, D4 for 1 or more
 */
export function tokensOf(events: readonly number[]): Token[] {
  const starts: { pitch: number | null; start: number }[] = []
  events.forEach((event, start) => {
    const pitch = beginningToken(event, starts.at(-1)?.pitch)
    if (pitch !== undefined) starts.push({ pitch, start })
  })
  return starts.map(({ pitch, start }, n) => {
    const length = (starts[n + 1]?.start ?? events.length) - start
    if (length > LONGEST_TOKEN)
      throw new TokenError(
        `${pitch === null ? 'a rest' : 'a note'} of ${counted(length, 'step')} at step ${start}: longer than ${counted(LONGEST_TOKEN, 'step')}; cut the melody`,
      )
    return { pitch, start, length }
  })
}

/**
 * Pitch of the token that an event begins, null for a rest; undefined where none begins.
 * @param sounding pitch of the token before it, null for a rest; undefined at the start of the melody.
 */
export function beginningToken(event: number, sounding: number | null | undefined): number | null | undefined {
  if (isPitch(event)) return event
  const rests = sounding === undefined || (event === NOTE_OFF && sounding !== null)
  return rests ? null : undefined
}

/**
 * The events of tokens without gaps: the exact inverse of `tokensOf` for melodies without a NOTE_OFF in silence.
 * @example eventsOfTokens([{ pitch: 60, start: 0, length: 2 }]) // [60, -2]
 */
export function eventsOfTokens(tokens: readonly Token[]): number[] {
  return tokens.flatMap(({ pitch, start, length }) => [
    pitch ?? (start === 0 ? NO_EVENT : NOTE_OFF),
    ...new Array<number>(length - 1).fill(NO_EVENT),
  ])
}
