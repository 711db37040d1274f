import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { criteriaRows, costRows, modeRows, paperTableRows, primerRows, tunerTableRows } from '../../src/charts/tuner.ts'
import { startOf, tuneModel } from '../../src/study/tuneModel.ts'
import { tunerStudy, tunerTable } from '../../src/study/tunerStudy.ts'
import { regenerate } from '../../src/generation/regenerate.ts'
import { TUNER_STATISTICS, type TunerReport, tunerFile } from '../../src/results/tunerReport.ts'
import type { ModelSpec } from '../../src/config/modelSpec.ts'
import { encodeWeightsFp16 } from '../../src/model/safetensors.ts'
import { initialWeights } from '../../src/model/weights.ts'
import { sha256 } from '../../src/support/files.ts'
import { tune as someTune } from '../fixtures/tinyMusic.ts'
import { often } from '../e2e/often.ts'
import { quietEffects, temporaryFolder } from '../generation/fixtures.ts'

const tinySpec: ModelSpec = { encoding: 'mono', layerSizes: [8], attentionLength: 0 }

async function folderWithPrior(): Promise<{ root: string; prior: string }> {
  const root = await temporaryFolder()
  await mkdir(join(root, 'report/results/checkpoints'), { recursive: true })
  const prior = join(root, 'report/results/checkpoints/tiny.safetensors')
  await writeFile(prior, encodeWeightsFp16(tinySpec, initialWeights(tinySpec, 1), { run: 'tiny', step: '3' }))
  return { root, prior }
}
const music = { train: [1, 2, 3].map(someTune), test: [4, 5].map(someTune) }
const size = { steps: 1, compositions: 3, perPrimer: 1, draws: 100 } // one round of each

describe('the study of the tuner, at its smallest', () => {
  it('tunes by every method, measures, writes melodies and the report', async () => {
    const { root, prior } = await folderWithPrior()
    const options = { source: prior, folders: { root, data: root }, music, ...size }
    const before = sha256(await readFile(prior))
    const report = await tunerStudy(options, quietEffects())
    expect(sha256(await readFile(prior))).toBe(before)
    expect(report.prior).toMatchObject({
      run: 'tiny',
      unchanged: true,
      path: 'report/results/checkpoints/tiny.safetensors',
    })

    const measured = Object.values(report.policies)
    expect(measured.map(({ method }) => method)).toEqual([
      'none',
      'psi',
      'q',
      'g',
      'rl-only',
      'policy-gradient',
      'psi',
      'none',
    ])
    for (const { columns, title } of measured) {
      const { compositions, statistics } = columns['empty']!
      expect([title, compositions, Object.keys(statistics)]).toEqual([
        title,
        size.compositions,
        TUNER_STATISTICS.map(({ id }) => id),
      ])
    }
    expect(report.policies['prior']!.columns['empty']!.statistics['costPerStep']!.value).toBe(0)
    expect(report.policies['psi']!.heldOut!.melodies).toBe(2)
    expect(Object.keys(report.modal['dorian']!.columns)).toContain('bach128')
    expect(report.modes).toHaveLength(14)
    expect(report.met).toBe(Object.values(report.criteria).filter(({ met }) => met).length)
    expect(report.of).toBe(Object.keys(report.criteria).length)

    // The numbers that are published are those that were found, to their digits.
    const published = tunerFile.read(root)!
    const total = (each: TunerReport): number => each.policies['q']!.columns['empty']!.statistics['total']!.value
    expect(total(published)).toBeCloseTo(total(report), 3)

    // Each melody is written again from its sidecar, by the tuned policy as well.
    for (const place of [report.melodies[0]!.before, report.melodies.at(-1)!.after]) {
      expect(existsSync(join(root, `generated_melodies/${place}.mid`))).toBe(true)
      await regenerate(join(root, `generated_melodies/${place}.json`), { root })
    }
    expect(report.image.prior).toHaveLength(report.image.events.length)
    expect(report.image.prior[0]).toHaveLength(report.image.rows.length)

    expectTables(report)
    // As long once more: in `npm run test:slow`.
    if (often(false, true)) expect(timeless(await tunerStudy(options, quietEffects()))).toEqual(timeless(report))
  }, 300_000)
})

const timeless = (report: TunerReport): unknown =>
  JSON.parse(JSON.stringify(report, (key, value: unknown) => (key.toLowerCase().includes('seconds') ? 0 : value)))

function expectTables(report: TunerReport): void {
  expect(paperTableRows(report)).toHaveLength(TUNER_STATISTICS.filter(({ paper }) => paper !== null).length)
  expect(paperTableRows(report)[0]).toMatchObject({ 'Note RNN, paper': '63.3%' })
  expect(tunerTableRows(report)).toHaveLength(TUNER_STATISTICS.length)
  expect(criteriaRows(report)).toHaveLength(report.of)
  expect(costRows(report.policies)[1]).toMatchObject({ policy: 'Psi', compositions: size.compositions })
  expect(modeRows(report).map(({ mode }) => mode)).toContain('G dorian')
  expect(primerRows(report.modal, 'dorian', ['inMode']).map(({ primer }) => primer)).toContain('modal')
  expect(tunerTable(report)).toContain(`${report.met} of ${report.of} met`)
}

describe('tuneModel', () => {
  it('takes a mode and a root, and names the run after them', async () => {
    const { root, prior } = await folderWithPrior()
    const folders = { root, data: root }
    const asked = { source: prior, mode: 'dorian', root: 'D', starts: ['empty'], steps: 1, folders }
    const { run, config, rows } = await tuneModel(asked, quietEffects())
    expect(run).toMatch(/^modal-D-dorian-psi-[0-9a-f]{8}-s1$/)
    expect(config).toMatchObject({ preset: 'modal', tonality: { mode: 'dorian', root: 2 } })
    expect(Object.keys(rows[0]!.terms)).toContain('cadence')
  })

  it('refuses what nobody knows, before anything is written', async () => {
    const { root, prior } = await folderWithPrior()
    const folders = { root, data: root }
    const asked = (options: object) => tuneModel({ source: prior, folders, ...options }, quietEffects())
    await expect(asked({ mode: 'hypodorian' })).rejects.toThrow('unknown mode "hypodorian"')
    await expect(asked({ root: 'X' })).rejects.toThrow('unknown root "X"')
    await expect(asked({ mode: 'dorian', preset: 'jaques2016' })).rejects.toThrow('take jaques2016-mended or modal')
    await expect(asked({ starts: ['tune'] })).rejects.toThrow('unknown start "tune"')
    expect(existsSync(join(root, 'runs'))).toBe(false)
    expect(() => startOf('bach')).not.toThrow()
  })
})
