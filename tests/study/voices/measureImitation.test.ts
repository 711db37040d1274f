import { describe, expect, it } from 'vitest'
import type { NoteModelSpec } from '../../../src/config/modelSpec.ts'
import type { TwoVoicePassage } from '../../../src/dataset/twoVoices.ts'
import { createPartner } from '../../../src/duet/partner.ts'
import { noteReader } from '../../../src/model/notes/noteInference.ts'
import { initialWeights } from '../../../src/model/weights.ts'
import { measureImitation } from '../../../src/study/voices/measureImitation.ts'

const spec: NoteModelSpec = { encoding: 'notes', layerSizes: [6, 5], attentionSize: 4, secondVoice: true }
const partner = createPartner(noteReader(spec, initialWeights(spec, 5)))

/** Twelve bars of quarters. */
const line = (pitchOf: (beat: number) => number): number[] =>
  Array.from({ length: 12 * 16 }, (_, step) => (step % 4 === 0 ? pitchOf(step / 4) : -2))
const passage = (upper: readonly number[], lower: readonly number[]): TwoVoicePassage => ({
  ...{ id: 'a', path: 'a', family: 'a', split: 'test' as const, stepsPerBar: 16, upper, lower },
})
const MOTIF = [67, 74, 66, 73, 61, 70]
const motif = (beat: number): number => MOTIF[beat % MOTIF.length] ?? 0

describe('measureImitation', () => {
  it('saves where the partner imitates the performer', () => {
    const canon = passage(
      line(motif),
      line((beat) => motif(beat + 4) - 12),
    )
    const { weight, loss, mixed, steps } = measureImitation(partner, { validation: [canon], test: [canon] })
    expect(weight).toBe(0.2)
    expect(steps).toBe(4 * 16)
    expect(mixed).toBeLessThan(loss - 0.2)
  })

  it('is left out where the lines have nothing in common', () => {
    const apart = passage(
      line((beat) => 60 + (beat % 2)),
      line((beat) => 40 + 5 * (beat % 3)),
    )
    const { weight, loss, mixed } = measureImitation(partner, { validation: [apart], test: [apart] })
    expect(weight).toBe(0)
    expect(mixed).toBe(loss)
  })
})
