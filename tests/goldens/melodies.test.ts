import { describe, expect, it } from 'vitest'
import { DEFAULT_EXTRACTION, scoreToMelodies } from '../../src/dataset/scoreToMelodies.ts'
import { extractMelodies } from '../../src/melody/extractMelodies.ts'
import { quantize } from '../../src/score/quantize.ts'
import { readMidi } from '../../src/score/readMidi.ts'
import { splitOnTimeChanges } from '../../src/score/splitOnTimeChanges.ts'
import { goldenFolders, goldenLines, goldenMidi } from './goldens.ts'
import { goldenStats } from './goldenStats.ts'

interface MelodyGolden {
  instrument: number
  start_step: number
  end_step: number
  steps_per_bar: number
  steps_per_quarter: number
  events: number[]
}
interface FileGolden {
  file: string
  parts: { part: number; stats: Record<string, number | Record<string, number>>; melodies: MelodyGolden[] }[]
}

/** Ours visits instruments in ascending order, the reference in CPython's set order; within one the order is the same. */
function byInstrument(melodies: readonly MelodyGolden[]): unknown[] {
  return [...melodies]
    .sort((a, b) => a.instrument - b.instrument)
    .map((m) => [m.instrument, m.start_step, m.end_step, m.steps_per_bar, m.steps_per_quarter, m.events])
}

const unprefixed = (stats: FileGolden['parts'][number]['stats']) =>
  Object.fromEntries(Object.entries(stats).map(([key, value]) => [key.replace('MelodyExtractor_', ''), value]))

const extraction = { minBars: 7, minPitches: 5, gapBars: 1, ignorePolyphonic: false, maxStepsTruncate: 512 }

describe.each(goldenFolders())('melodies of the $name goldens', ({ folder }) => {
  const files = goldenLines<FileGolden>(folder, 'melodies.jsonl')

  it.each(files)('$file gives the same melodies and counts', ({ file, parts }) => {
    const score = readMidi(goldenMidi(folder, file))
    const quantized = splitOnTimeChanges(score).map((part) => quantize(part, 4))
    expect(quantized).toHaveLength(parts.length)
    for (const { part, stats, melodies } of parts) {
      const ours = extractMelodies(quantized[part] as (typeof quantized)[number], extraction)
      expect(
        ours.melodies.map((m) => [m.instrument, m.startStep, m.endStep, m.stepsPerBar, m.stepsPerQuarter, m.events]),
      ).toEqual(byInstrument(melodies))
      const expected = unprefixed(stats)
      if (expected['non_integer_steps_per_bar'] === undefined) expect(goldenStats(ours.stats)).toEqual(expected)
      else expect(ours.stats.nonIntegerStepsPerBar).toBe(expected['non_integer_steps_per_bar'])
    }
  })

  it.each(files)('$file from the score to its melodies in one go, every track accounted for', ({ file, parts }) => {
    const score = readMidi(goldenMidi(folder, file))
    const ours = scoreToMelodies(score, DEFAULT_EXTRACTION)
    expect(ours.filter((part) => part.melodies.length > 0).map((part) => part.melodies.map((m) => m.events))).toEqual(
      parts
        .filter((part) => part.melodies.length > 0)
        .map((part) => [...part.melodies].sort((a, b) => a.instrument - b.instrument).map((m) => m.events)),
    )
    for (const part of ours) expect(part.melodies.length + part.dropped.length).toBeGreaterThan(0)
  })
})
