import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { studyCurvesSpec } from '../../src/charts/evaluation.ts'
import { trainingCurveSpec } from '../../src/charts/trainingCurve.ts'
import { tradeSpec } from '../../src/charts/tuner.ts'
import type { IterationResult } from '../../src/results/iterationResult.ts'
import type { StudyRecord } from '../../src/results/studyRecord.ts'
import { tunerFile } from '../../src/results/tunerReport.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { resultAt } from '../../src/results/resultAt.ts'

const published = <T>(name: string): T => resultAt(join(projectRoot, 'report/results'), name) as T
const page = async (name: string): Promise<string> =>
  (await readFile(join(projectRoot, 'site/src/pages', name), 'utf8')).replace(/\s+/g, ' ')
const textOf = (spec: unknown): string => JSON.stringify(spec)

describe('what charts say beside published data', () => {
  it('a training curve says that its baseline is measured on other melodies than its lines', async () => {
    const { curve, baselines } = published<IterationResult>('iterations/2.1')
    const text = textOf(trainingCurveSpec(curve, { baselines }))
    expect(text).toContain('validation (dropout off)')
    expect(text).toContain('dashed: label frequencies, test')
    expect(text).toContain('dashed: commonest label, test')
    expect(textOf(trainingCurveSpec(curve))).not.toContain('dashed')
    expect(await page('[iteration].astro')).toContain('dashed: without a network, on the test melodies')
  })

  it('the trade of the tuner leaves the prior out, which costs nothing and lies far below', async () => {
    const { policies } = tunerFile.read(projectRoot)!
    const of = (name: string) => Object.values(policies[name]!.columns)[0]!.statistics
    const others = Object.keys(policies).filter((name) => name !== 'prior')
    expect(of('prior').costPerStep!.value).toBe(0)
    expect(of('prior').theory!.value).toBeLessThan(2 * Math.min(...others.map((name) => of(name).theory!.value)) - 15)
    const text = textOf(tradeSpec(policies))
    for (const name of others) expect(text).toContain(JSON.stringify(policies[name]!.title))
    expect(text).not.toContain(`"title":${JSON.stringify(policies['prior']!.title)}`)
    expect(await page('rl-tuner.astro')).toContain('The prior itself, at no cost and far below, is left out.')
  })

  it("the study's log holds what the panels say and no more", () => {
    const study = published<StudyRecord>('study')
    const results = (['2.1', '2.2'] as const).map((name) => published<IterationResult>(`iterations/${name}`))
    expect(textOf(studyCurvesSpec(results, study))).toContain('the study stored no log of it')
    for (const { log } of Object.values(study.iterations))
      for (const point of log?.curve ?? []) expect(Object.keys(point)).toEqual(['step', 'accuracy', 'loss'])
  })
})
