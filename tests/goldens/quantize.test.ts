import { describe, expect, it } from 'vitest'
import type { NoteSequence } from '../../src/score/noteSequence.ts'
import { quantize, quantizeToStep, stepsPerSecond } from '../../src/score/quantize.ts'
import { readMidi } from '../../src/score/readMidi.ts'
import { splitOnTimeChanges } from '../../src/score/splitOnTimeChanges.ts'
import { goldenFolders, goldenJson, goldenLines, goldenMidi } from './goldens.ts'
import { quantizedNotesHash } from './noteSequenceHash.ts'

type Quantized = Record<string, unknown> & { ok: boolean; notes?: number[][]; notes_same_as_whole?: boolean }
interface QuantizeRow {
  file: string
  whole: Quantized
  parts: Quantized[]
}

/** What the goldens record of a quantized score, or of the error that quantizing it gives. */
function outcome(sequence: NoteSequence, golden: Quantized): Record<string, unknown> {
  try {
    const quantized = quantize(sequence, 4)
    const [metre, tempo] = [quantized.timeSignatures[0], quantized.tempos[0]]
    const notes = quantized.notes.map((note) => [note.instrument, note.pitch, note.startStep, note.endStep])
    return {
      ok: true,
      qpm: tempo?.qpm,
      time_signature: [metre?.numerator, metre?.denominator],
      total_quantized_steps: quantized.totalSteps,
      steps_per_bar: quantized.stepsPerBar,
      qnotes_sha256: quantizedNotesHash(quantized.notes),
      ...(golden.notes_same_as_whole === true ? {} : { notes }),
    }
  } catch (error) {
    return { ok: false, error: { type: (error as Error).name } }
  }
}

describe.each(goldenFolders())('quantize gives note-seq 0.0.5 its steps ($name goldens)', ({ folder }) => {
  it.each(goldenLines<QuantizeRow>(folder, 'quantize.jsonl'))('$file', ({ file, whole, parts }) => {
    const sequence = readMidi(goldenMidi(folder, file))
    expect(whole).toMatchObject(outcome(sequence, whole))
    const ours = splitOnTimeChanges(sequence).map((part, i) => outcome(part, parts[i] as Quantized))
    expect(parts).toMatchObject(ours)
    expect(parts).toHaveLength(ours.length)
  })

  it('rounds every row of misc.json to its step', () => {
    const { quantize_to_step: golden } = goldenJson<{ quantize_to_step: { rows: number[][] } }>(folder, 'misc.json')
    expect(golden.rows.length).toBeGreaterThan(0)
    for (const [seconds = NaN, qpm = NaN, rate = NaN, nearest, floor, ceiling] of golden.rows) {
      expect(stepsPerSecond(4, qpm)).toBe(rate)
      expect([0.5, 0, 1].map((cutoff) => quantizeToStep(seconds, rate, cutoff))).toEqual([nearest, floor, ceiling])
    }
  })
})
