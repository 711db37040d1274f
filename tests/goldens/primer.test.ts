import { describe, expect, it } from 'vitest'
import { PrimerError, primerFromCommandLine } from '../../src/generation/primers.ts'
import { melodyFromEvents } from '../../src/melody/melody.ts'
import { melodyToNoteSequence } from '../../src/melody/melodyToNoteSequence.ts'
import type { NoteSequence } from '../../src/score/noteSequence.ts'
import { readMidi } from '../../src/score/readMidi.ts'
import { goldenFolders, goldenJson, goldenMidi, ownGoldens } from './goldens.ts'

interface PrimerRow {
  kind: 'melody' | 'midi'
  primer: number[] | string
  num_steps_flag: number
  qpm_flag: number | null
  model_call?: { num_steps: number; primer_events: number[]; start_step: number; steps_per_bar: number }
  error?: string
}

function scoreOf(row: PrimerRow, folder: string): NoteSequence {
  if (typeof row.primer === 'string') return readMidi(goldenMidi(folder, row.primer))
  return melodyToNoteSequence(melodyFromEvents(row.primer), { qpm: row.qpm_flag ?? 120 })
}

describe.each(goldenFolders())("primers equal those of Magenta's command line ($name)", ({ folder }) => {
  const all = goldenJson<PrimerRow[]>(folder, 'primer.json')
  const rows =
    folder === ownGoldens ? all.filter((row) => row.kind === 'melody' || String(row.primer).startsWith('synth/')) : all

  it('has rows of both kinds', () => {
    expect(new Set(rows.map((row) => row.kind))).toEqual(new Set(['melody', 'midi']))
  })

  it.each(rows)('$kind $primer, $num_steps_flag steps', (row) => {
    const score = scoreOf(row, folder)
    if (row.model_call === undefined) {
      expect(row.error).toContain('primer longer')
      expect(() => primerFromCommandLine(score, row.num_steps_flag)).toThrow(PrimerError)
      return
    }
    const { num_steps, primer_events, start_step, steps_per_bar } = row.model_call
    expect(primerFromCommandLine(score, row.num_steps_flag)).toEqual({
      events: primer_events,
      startStep: start_step,
      stepsPerBar: steps_per_bar,
      totalSteps: num_steps,
    })
  })
})
