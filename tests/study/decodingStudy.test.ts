import { describe, expect, it } from 'vitest'
import { chosenRow, decodingMeasures, decodingTable } from '../../src/charts/decodingTables.ts'
import type { NoteModelSpec } from '../../src/config/modelSpec.ts'
import type { MelodyRow } from '../../src/dataset/dataset.ts'
import { METRICS } from '../../src/evaluation/musical/metrics.ts'
import { createMelodyModel } from '../../src/generation/continueMelody.ts'
import type { ModelFile } from '../../src/generation/modelFile.ts'
import { initialWeights } from '../../src/model/weights.ts'
import { decodingFile } from '../../src/results/decoding.ts'
import { type DecodingMaterial, decodingStudy } from '../../src/study/decodingStudy.ts'
import { InterruptedError } from '../../src/support/errors.ts'
import { quietEffects, temporaryFolder } from '../generation/fixtures.ts'

const spec: NoteModelSpec = { encoding: 'notes', layerSizes: [4], attentionSize: 2 }

function modelFile(seed: number): ModelFile {
  const weights = initialWeights(spec, seed)
  return { model: createMelodyModel(spec, weights), weights, sha256: String(seed).repeat(64), metadata: {} }
}

/** Weights that may not be used: all must have been kept. */
function unusable(file: ModelFile): ModelFile {
  const initialState = (): never => {
    throw new Error('nothing is left to continue')
  }
  return { ...file, model: { ...file.model, stepper: { ...file.model.stepper, initialState } } }
}

/** Four bars of quarters that rise by n semitones and fall again. */
function melody(n: number, family = `family ${n}`): MelodyRow {
  const events = Array.from({ length: 64 }, (_, step) => (step % 4 === 0 ? 60 + ((step / 4) % 4) * n : -2))
  return {
    ...{ events, startStep: 0, endStep: 64, stepsPerBar: 16, stepsPerQuarter: 4, instrument: 0 },
    ...{ id: `tune${n}/1`, path: `tune${n}`, canonicalHash: `hash${n}`, family, split: 'validation' },
  }
}

async function material(): Promise<DecodingMaterial> {
  const melodies = [melody(1), melody(2), melody(3), melody(3, 'family 3'), melody(4), melody(5)]
  return {
    ...{ file: modelFile(3), iteration: '3.1', run: 'smoke-00000000-s1', step: 10, corpus: 'tunes' },
    ...{ beside: { file: modelFile(4), iteration: '2.1' }, melodies, folder: await temporaryFolder() },
  }
}

describe('decodingStudy', () => {
  it('takes the setting nearest to people of the grid and of what is tried at its best', async () => {
    const asked = await material()
    const report = await decodingStudy(asked, { limit: 4 }, quietEffects())
    expect(report.melodies).toBe(4)
    expect(report.grid).toHaveLength(16)
    expect(new Set(report.grid.map(({ setting }) => `${setting.temperature} ${setting.topP}`)).size).toBe(16)
    const least = Math.min(...report.grid.map(({ distance }) => distance))
    const best = report.grid.find(({ distance }) => distance === least)!.setting
    expect(report.further.map(({ setting }) => setting)).toEqual([
      { ...best, appendix: true },
      ...[0.7, 0.8, 0.9, 1]
        .filter((temperature) => temperature !== best.temperature)
        .map((rhythmTemperature) => ({ ...best, rhythmTemperature })),
    ])
    const all = [...report.grid, ...report.further]
    expect(chosenRow(report).distance).toBe(Math.min(...all.map(({ distance }) => distance)))
    expect(decodingTable(report).filter((row) => row[''] === 'chosen')).toHaveLength(1)
    expect(decodingTable(report).at(-1)).toMatchObject({ model: '2.1', 'note-off appended': 'yes' })
    expect(Object.keys(decodingMeasures(report, METRICS)[0]!)).toEqual([
      'measure',
      'people',
      '3.1',
      'delta of 3.1',
      '2.1',
      'delta of 2.1',
    ])
    // Of the sizes of the deltas the mean: those of measures that both sides have.
    const { deltas, measures, distance, near } = report.grid[0]!
    const sizes = Object.values(deltas)
      .map(Math.abs)
      .filter((size) => !Number.isNaN(size))
    expect(sizes).toHaveLength(measures)
    expect(distance).toBeCloseTo(sizes.reduce((sum, size) => sum + size, 0) / measures, 12)
    expect(near).toBe(sizes.filter((size) => size <= 0.33).length)

    const again = await decodingStudy(
      { ...asked, file: unusable(asked.file), beside: { ...asked.beside!, file: unusable(asked.beside!.file) } },
      { limit: 4 },
      quietEffects(),
    )
    expect(again).toEqual(report)
    await decodingFile.write(asked.folder, report)
    expect(decodingFile.read(asked.folder)!.chosen).toEqual(report.chosen)
  })

  it('keeps what is finished when it is stopped', async () => {
    const asked = { ...(await material()), beside: null }
    const controller = new AbortController()
    const effects = quietEffects(controller.signal)
    const seen: string[] = []
    const bar = () => ({
      update: (done: number, note = '') => {
        seen.push(note)
        if (done > 2) controller.abort() // within the second setting
      },
      stop: () => undefined,
    })
    const stopping = { ...effects, reporter: { ...effects.reporter, bar } }
    await expect(decodingStudy(asked, { limit: 2 }, stopping)).rejects.toThrow(InterruptedError)
    expect(new Set(seen).size).toBeGreaterThan(1)
    const report = await decodingStudy(asked, { limit: 2 }, quietEffects())
    expect(report).toEqual(
      await decodingStudy({ ...asked, folder: await temporaryFolder() }, { limit: 2 }, quietEffects()),
    )
    expect(report.beside).toBeNull()
  })

  it('continues at most one melody of a family, and says when none is long enough', async () => {
    const asked = await material()
    const one = [melody(1, 'same'), melody(2, 'same')]
    const report = await decodingStudy({ ...asked, beside: null, melodies: one }, {}, quietEffects())
    expect(report.melodies).toBe(1)
    const short = [{ ...melody(1), events: melody(1).events.slice(0, 40) }]
    await expect(decodingStudy({ ...asked, melodies: short }, {}, quietEffects())).rejects.toThrow(
      'none of 1 validation melodies is longer than 3 bars: choose a larger corpus',
    )
  })
})
