import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { generate } from '../../src/study/generate.ts'
import { loadCheckpoint, saveCheckpoint } from '../../src/model/checkpoint.ts'
import { decodeWeights } from '../../src/model/safetensors.ts'
import { initialWeights } from '../../src/model/weights.ts'
import { METHODS } from '../../src/tuner/policies.ts'
import * as presets from '../../src/tuner/presets.ts'
import type { Moment } from '../../src/tuner/terms.ts'
import { tune } from '../../src/tuner/tune.ts'
import { tunerFiles } from '../../src/tuner/tunerFiles.ts'
import type { TunerRow } from '../../src/tuner/tunerLog.ts'
import { quietEffects, temporaryFolder, tinyJob, tinyPrior, tinySpec } from './tinyPrior.ts'

const numbers = (rows: readonly TunerRow[]) => rows.map(({ seconds: _seconds, ...row }) => row)
const policyOf = async (folder: string) => decodeWeights(await readFile(tunerFiles(folder).policy))

describe('tune', () => {
  it.each(METHODS)('%s: the same seed gives the same numbers', async (method) => {
    const [first, second] = [await temporaryFolder(), await temporaryFolder()]
    const a = await tune(tinyJob(first, { method }), quietEffects())
    const b = await tune(tinyJob(second, { method }), quietEffects())
    expect(numbers(b.rows)).toEqual(numbers(a.rows))
    expect((await policyOf(second)).weights).toEqual((await policyOf(first)).weights)
    expect(a.rows).toHaveLength(6)
    expect(a.rows.every(({ total }) => Number.isFinite(total))).toBe(true)
  })

  it('another seed gives others', async () => {
    const a = await tune(tinyJob(await temporaryFolder()), quietEffects())
    const b = await tune(tinyJob(await temporaryFolder(), { seed: 2 }), quietEffects())
    expect(numbers(b.rows)).not.toEqual(numbers(a.rows))
  })

  it('leaves the prior as it was', async () => {
    await tune(tinyJob(await temporaryFolder()), quietEffects())
    expect(tinyPrior).toEqual(initialWeights(tinySpec, 1))
  })

  it.each(['psi', 'g', 'policy-gradient'] as const)(
    '%s: stopped anywhere, it resumes as if it never was',
    async (method) => {
      const [whole, parted] = [await temporaryFolder(), await temporaryFolder()]
      const config = { method, exploration: 'boltzmann' } as const
      const a = await tune(tinyJob(whole, config), quietEffects())
      for (const stopAfter of [1, 2, 2]) {
        const controller = new AbortController()
        let rows = 0
        const onRow = (): void => void (++rows === stopAfter && controller.abort())
        const job = { ...tinyJob(parted, config), onRow }
        await expect(tune(job, quietEffects(controller.signal))).rejects.toThrow(/stopped after round \d of 6/)
      }
      const b = await tune(tinyJob(parted, config), quietEffects())
      expect(numbers(b.rows)).toEqual(numbers(a.rows))
      expect((await policyOf(parted)).weights).toEqual((await policyOf(whole)).weights)
    },
  )

  it('keeps the target network under a name of its own, and resumes files that called it an average', async () => {
    const [whole, parted] = [await temporaryFolder(), await temporaryFolder()]
    const a = await tune(tinyJob(whole), quietEffects())
    const controller = new AbortController()
    const job = { ...tinyJob(parted), onRow: () => controller.abort() }
    await expect(tune(job, quietEffects(controller.signal))).rejects.toThrow('stopped after round')
    const { state } = tunerFiles(parted)
    const { target, ...saved } = await loadCheckpoint(state)
    expect(saved.averaged).toBeNull()
    expect(target).not.toEqual(saved.weights)
    expect(decodeWeights(await readFile(state)).weights).toEqual(saved.weights)
    await saveCheckpoint(state, { ...saved, averaged: target! })
    const b = await tune(tinyJob(parted), quietEffects())
    expect(numbers(b.rows)).toEqual(numbers(a.rows))
    expect((await policyOf(parted)).weights).toEqual((await policyOf(whole)).weights)
  })

  it('writes what cantus generate takes, and TensorBoard', async () => {
    const folder = await temporaryFolder()
    await tune(tinyJob(folder, { method: 'g' }), quietEffects())
    const { spec } = await policyOf(folder)
    expect(spec.layerSizes).toEqual([16, 16]) // the prior and G side by side
    const out = await temporaryFolder()
    const options = {
      checkpoint: folder,
      primers: ['onenote'],
      steps: 24,
      seed: 1,
      count: 1,
      out,
      appendix: true,
      force: false,
    }
    const decoding = { temperature: 1, topK: null, beamSize: 1, branchFactor: 1, stepsPerIteration: 1 }
    const written = await generate({ ...options, ...decoding, folders: { root: out, data: out } }, quietEffects())
    expect(written[0]!.sidecar.events).toHaveLength(24)
    expect((await readFile(join(folder, 'tensorboard', 'events.out.tfevents.0.cantus'))).length).toBeGreaterThan(500)
  })

  it('learns: one note in a rule of its own', async () => {
    const rule = { name: 'middle C', weight: 1, of: ({ action }: Moment) => (action === 60 ? 1 : 0) }
    const config = { c: 0.2, steps: 40 * 4 * 16, learningRate: 0.02, updates: 4 } as const
    const job = { ...tinyJob(await temporaryFolder(), config), terms: [rule] }
    const { rows } = await tune(job, quietEffects())
    expect(rows[0]!.theory).toBeLessThan(0.1)
    expect(rows.at(-1)!.theory).toBeGreaterThan(0.5)
  })

  it('stops at a rule that gives no number, by its name', async () => {
    const job = { ...tinyJob(await temporaryFolder()), terms: [{ name: 'broken', weight: 1, of: () => NaN }] }
    await expect(tune(job, quietEffects())).rejects.toThrow('the reward "broken" is NaN at step 0')
  })
})

describe('what tune refuses', () => {
  it('a prior of an encoding whose labels are not events, by its name', async () => {
    const spec = { encoding: 'lookback', layerSizes: [4], attentionLength: 0 } as const
    const job = { ...tinyJob(await temporaryFolder()), spec, prior: initialWeights(spec, 1) }
    await expect(tune(job, quietEffects())).rejects.toThrow('cannot tune a prior of the encoding "lookback"')
  })

  it('an impossible setting, with the remedy', async () => {
    const folder = await temporaryFolder()
    await expect(tune(tinyJob(folder, { c: 0 }), quietEffects())).rejects.toThrow('invalid c: 0 (a number above 0)')
    await expect(tune(tinyJob(folder, { discount: 2 }), quietEffects())).rejects.toThrow('invalid discount: 2')
  })

  it("the paper's rules in another key", () => {
    const dorian = { mode: 'dorian', root: 2 } as const
    expect(() => presets.presetTerms('jaques2016', dorian)).toThrow('knows C ionian alone, not D dorian')
  })

  it('a rule that gives no number, by its name', () => {
    const broken = { name: 'broken', weight: 1, of: () => NaN }
    const context = { totalSteps: 32, tonality: { mode: 'ionian', root: 0 } } as const
    expect(() => presets.rewardOfEach([broken], [60, -2], 62, context)).toThrow(
      'the reward "broken" is NaN at step 2 for event 62',
    )
  })
})
