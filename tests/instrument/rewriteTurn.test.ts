import { describe, expect, it } from 'vitest'
import type { DialogueSettings, Turn } from '../../site/src/scripts/instrument/dialogue.ts'
import { lineOf, rewriteRecipe, rewrittenTurn } from '../../site/src/scripts/instrument/rewriteTurn.ts'
import { turnWords } from '../../site/src/scripts/instrument/turnWords.ts'
import { seedFrom } from '../../src/support/random.ts'

const settings: DialogueSettings = {
  ...{ metre: '4/4', beatsPerMinute: 120, swing: 0.5, callLength: 2, countInBars: 1, isLooped: false },
  ...{ metronome: 'on', temperature: 0.9, topP: 0.9, seed: 7, iteration: '2.1' },
  weights: { url: 'weights', bytes: 1, sha256: 'ab' },
}
const note = (pitch: number, [startStep, endStep]: readonly [number, number], velocity = 70) => ({
  ...{ pitch, startStep, endStep, velocity },
})
/** Two bars of 2/4, and two of reply; a chord in the first bar. */
const turn: Turn = {
  ...{ metre: '2/4', beatsPerMinute: 60, swing: 0.5, iteration: '2.1', sha256: 'ab', temperature: 1, topP: 1, seed: 3 },
  callSteps: 16,
  call: [note(60, [0, 4], 50), note(48, [0, 8], 40), note(64, [8, 16], 90)],
  reply: [note(67, [16, 20]), note(65, [24, 32])],
}

describe('rewriteRecipe', () => {
  it('is that of the command line: what stands before is given, what stands after follows', () => {
    const recipe = rewriteRecipe(turn, { first: 2, last: 2, candidates: 4 }, settings)
    const line = lineOf(turn)
    expect(recipe).toEqual({
      ...{ call: line.slice(0, 8), totalSteps: 32, seed: seedFrom(7, '2.1', 'custom', 1), temperature: 0.9, topP: 0.9 },
      rewrite: { following: line.slice(16), candidates: 4, judgedSteps: 16 },
      timeSignature: { numerator: 2, denominator: 4 },
    })
  })

  it('leans to a second model and keeps to controls, as replies do', () => {
    const dial = { style: 0.3, iteration: '2.2', weights: { url: 'style', bytes: 1, sha256: 'cd' } }
    const held = { ...settings, dial, controlOf: () => ({ density: 2 }) }
    expect(rewriteRecipe(turn, { first: 3, last: 3, candidates: 1 }, held)).toMatchObject({
      ...{ dial: { style: 0.3, weights: dial.weights }, control: { density: 2 } },
    })
  })

  it.each([
    [1, 1, 'nothing stands before bar 1'],
    [2, 4, 'nothing follows by which to choose'],
    [7, 9, 'nothing follows by which to choose'],
  ])('says why bars %i to %i cannot be drawn again', (first, last, said) => {
    expect(() => rewriteRecipe(turn, { first, last, candidates: 8 }, settings)).toThrow(said)
  })
})

describe('rewrittenTurn', () => {
  it('changes the bars alone, and keeps loudness and lower notes of the others', () => {
    const events = lineOf(turn).with(8, 62).with(12, 59)
    const after = rewrittenTurn(turn, { bars: { first: 2, last: 2, candidates: 8 }, events, settings })
    expect(after.call).toEqual([
      note(60, [0, 4], 50),
      note(48, [0, 8], 40),
      note(62, [8, 12], 64),
      note(59, [12, 16], 64),
    ])
    expect(after.reply).toEqual(turn.reply)
    expect(turnWords(after)).toMatch(/Bar 2 drawn again, the best of 8, seed 7\.$/)
  })
})
