import { describe, expect, it } from 'vitest'
import { modeSounds, motifSounds, scaleOf } from '../../site/src/lib/termSounds.ts'
import { MODE_DEGREES, MODE_NAMES } from '../../src/config/modes.ts'
import { DEVELOPED_NOTES, developments } from '../../src/evaluation/musical/motifs.ts'
import { melodyNotes } from '../../src/melody/melody.ts'

describe('the sounds of the musical terms', () => {
  it('are every mode, after plain major or minor from the same C', () => {
    const sounds = modeSounds()
    expect(sounds).toHaveLength(MODE_NAMES.length)
    for (const [n, { events, knownSteps }] of sounds.entries()) {
      const notes = melodyNotes(events)
      const made = notes.filter(({ startStep }) => startStep >= knownSteps).map(({ pitch }) => pitch)
      const mode = MODE_NAMES[n]!
      expect(made, mode).toEqual([...MODE_DEGREES[mode].map((above) => 60 + above), 72])
      expect([scaleOf('ionian'), scaleOf('aeolian')], mode).toContainEqual(events.slice(0, knownSteps))
      // The third of both is the same.
      expect(notes[2]!.pitch === made[2] || mode === 'altered', mode).toBe(true)
    }
  })

  it('are a motif and what the evaluation calls it when it comes back so', () => {
    const found = motifSounds().map(({ events }) => {
      const notes = melodyNotes(events)
      expect(notes).toHaveLength(2 * DEVELOPED_NOTES)
      return developments({ notes }).find(({ from, to }) => from === 0 && to === DEVELOPED_NOTES)?.by
    })
    expect(found).toEqual(['transposed', 'inverted', 'retrograde', 'augmented', 'augmented', 'one note changed'])
  })
})
