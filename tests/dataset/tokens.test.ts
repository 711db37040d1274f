import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventsOfTokens, TokenError, tokensOf } from '../../src/dataset/tokens.ts'

const HOLD = -2
const OFF = -1

/** Any events, with at most `longest` holds in a row. */
const melodies = fc
  .array(fc.oneof({ weight: 6, arbitrary: fc.constant(HOLD) }, fc.constant(OFF), fc.integer({ min: 0, max: 127 })), {
    minLength: 1,
    maxLength: 300,
  })
  .map((events) => events.map((event, step) => (step % 511 === 0 && step > 0 && event === HOLD ? 60 : event)))

/** NOTE_OFF in silence as NO_EVENT. */
function withoutIdleOffs(events: readonly number[]): number[] {
  let sounds = false
  return events.map((event) => {
    const idle = event === OFF && !sounds
    if (event !== HOLD) sounds = event >= 0
    return idle ? HOLD : event
  })
}

describe('tokensOf', () => {
  it('represents notes and rests with their lengths', () => {
    expect(tokensOf([60, HOLD, OFF, 62])).toEqual([
      { pitch: 60, start: 0, length: 2 },
      { pitch: null, start: 2, length: 1 },
      { pitch: 62, start: 3, length: 1 },
    ])
    expect(tokensOf([HOLD, HOLD, 64, 64])).toEqual([
      { pitch: null, start: 0, length: 2 },
      { pitch: 64, start: 2, length: 1 },
      { pitch: 64, start: 3, length: 1 },
    ])
  })

  it('reads a note-off in silence as a hold', () => {
    expect(tokensOf([OFF, OFF, 64, OFF, OFF])).toEqual([
      { pitch: null, start: 0, length: 2 },
      { pitch: 64, start: 2, length: 1 },
      { pitch: null, start: 3, length: 2 },
    ])
  })

  it('is undone by eventsOfTokens', () => {
    fc.assert(
      fc.property(melodies, (events) => {
        expect(eventsOfTokens(tokensOf(events))).toEqual(withoutIdleOffs(events))
      }),
    )
  })

  it('gives no token for no event, and one for one', () => {
    expect(tokensOf([])).toEqual([])
    expect(tokensOf([60])).toEqual([{ pitch: 60, start: 0, length: 1 }])
  })

  it('refuses a note or rest of more than 511 steps, and names it', () => {
    const long = (steps: number) => [60, ...new Array<number>(steps - 1).fill(HOLD), 62]
    expect(tokensOf(long(511))[0]!.length).toBe(511)
    expect(() => tokensOf(long(512))).toThrow(TokenError)
    expect(() => tokensOf(long(512))).toThrow('a note of 512 steps at step 0: longer than 511 steps; cut the melody')
  })
})
