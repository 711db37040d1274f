import { describe, expect, it } from 'vitest'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { IterationResult } from '../../src/results/iterationResult.ts'
import type { MusicalReport } from '../../src/results/musicalReport.ts'
import type { StepsReport } from '../../src/results/stepsReport.ts'
import type { StudyRecord } from '../../src/results/studyRecord.ts'
import type { Summary } from '../../src/results/summary.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { resultAt } from '../../src/results/resultAt.ts'

const published = <T>(name: string): T => resultAt(join(projectRoot, 'report/results'), name) as T

const chapter = (name: string): string =>
  readFileSync(join(projectRoot, `report/${name}.mdx`), 'utf8').replace(/\s+/g, ' ')

/** The findings' numbers are bound to the results; its words are bound here. */
describe('what the findings say in words', () => {
  const { iterations, baselines, forgetting, gap, seeds, beyond } = published<Summary>('summary')
  const { claims, fidelity } = published<MusicalReport>('musical')

  it('more steps made a better model, and more music none that can be told from chance', () => {
    const { equal, more } = published<StepsReport>('steps')
    const ofMusic = equal.map(({ differences }) => differences.general.loss!)
    const atTheEnd = equal.find(({ step }) => step === 20_000)!.differences.general.loss!
    const ofSeeds = seeds!.iterations['2.1'].spread.general.loss.sd
    for (const { value } of ofMusic) expect(Math.abs(value)).toBeLessThan(ofSeeds)
    for (const iteration of ['1', '2.1']) {
      const { differences } = more.find((each) => each.iteration === iteration && each.to === 20_000)!
      expect(differences.general.loss!.high).toBeLessThan(-Math.abs(atTheEnd.value))
    }
  })

  it('each model made as many steps as the study’s, and the third is less right on its own minibatches', () => {
    for (const [name, all] of Object.entries({ '1': 20_000, '2.1': 20_000, '2.2': 72_050 })) {
      const { differsFromStudy, config } = published<IterationResult>(`iterations/${name}`)
      expect(differsFromStudy.join(' ')).not.toContain('Training steps')
      const { steps, last } = iterations[name as '1']
      expect(last?.steps ?? steps).toBe(all)
      expect(config.training.steps).toBe(name === '2.2' ? all - iterations['2.1'].config.training.steps : all)
    }
    const { log } = published<StudyRecord>('study').iterations['2.2']
    const ours = iterations['2.2'].asInTheStudy.last100.mean
    expect(ours).toBeLessThan(log!.last100.accuracy.mean)
    expect(chapter('limits')).toContain("The length is the study's, the accuracy is not")
    expect(chapter('iteration-2.1')).toContain('for as many training steps as iteration 1')
  })

  it('continuations find their primer, ours no more often than the study’s', () => {
    const sets = ['ours 1', 'ours 2.1', 'ours 2.2', 'study 1', 'study 2.1', 'study 2.2']
    const found = sets.map((name) => fidelity.find(({ set }) => set === name)!)
    for (const { share, chance, probability } of found) {
      expect(share).toBeGreaterThan(chance)
      expect(probability).toBeLessThan(0.001)
    }
    for (const n of [0, 1, 2]) expect(found[n]!.share).toBeLessThan(found[n + 3]!.share)
  })

  it('training further on the style helped early, and most of the run then memorised', () => {
    const { train, test } = gap.atTheEnd
    const before = iterations['2.1'].test.style.accuracy.value
    expect(train.accuracy.value - before).toBeGreaterThan(test.accuracy.value - before)
    expect(train.accuracy.value - test.accuracy.value).toBeGreaterThan((train.accuracy.value - before) / 2)
    expect(iterations['2.2'].steps).toBeLessThan(iterations['2.2'].last!.steps)
    expect(forgetting.models['2.2']!.test.style.loss.value).toBeLessThan(iterations['2.1'].test.style.loss.value)
    expect(forgetting.models['2.2 last']!.test.style.loss.value).toBeGreaterThan(
      iterations['2.1'].test.style.loss.value,
    )
  })

  it('the early gain in the style is beyond its interval; the end of the run is above 2.1 and the best predictor without a network', () => {
    const { '2.2 last': last } = forgetting.models
    expect(forgetting.differences.style.loss!.high).toBeLessThan(0)
    const least = Math.min(...baselines.style.map(({ test }) => test.loss.value))
    const before = iterations['2.1'].test.style.loss.value
    expect(last!.test.style.loss.value).toBeGreaterThan(Math.max(before, least))
  })

  it('PPM pays more and is right more often when something happens', () => {
    const ppm = baselines.general.find(({ name }) => name === 'ppm')!
    expect(ppm.test.loss.value).toBeGreaterThan(iterations['2.1'].test.general.loss.value)
    expect(ppm.test.eventAccuracy.value).toBeGreaterThan(iterations['2.1'].test.general.eventAccuracy.value)
  })

  it('a network that hears intervals predicts far better, from the same music', () => {
    const { '2.1': steps, '3.1': notes } = iterations
    expect(notes!.datasetHash).toBe(steps.datasetHash)
    expect(beyond!['3.1']!.general.loss!.high).toBeLessThan(-0.2)
    const others = baselines.general.map(({ test }) => test.loss.value)
    expect(notes!.test.general.loss.high).toBeLessThan(Math.min(...others))
  })

  it('transfer that stops in time keeps most of what it knew', () => {
    const { '2.1': steps, '2.2': transferred, '3.1': notes, '3.2': style } = iterations
    const [before, after] = [notes!.test, style!.test]
    expect(after.style.loss.value).toBeLessThan(before.style.loss.value)
    expect(before.style.loss.value).toBeLessThan(transferred.test.style.loss.value)
    const forgotten = after.general.loss.value - before.general.loss.value
    const gained = steps.test.general.loss.value - before.general.loss.value
    expect(forgotten).toBeLessThan(gained / 10)
  })

  it('five examples cannot decide, a hundred can: nothing of more music, some of the style either way', () => {
    for (const { study, primer } of claims) {
      expect(study!.verdict).toBe('the data do not decide')
      // The smallest probability that a sign-flip test of n pairs can give.
      if (primer !== 'all') expect(2 ** (1 - study!.contrast.difference.n)).toBeGreaterThan(0.05)
    }
    const ofMusic = claims.filter(({ to }) => to === '2.1').map(({ ours }) => ours!.verdict)
    expect(new Set(ofMusic)).toEqual(new Set(['the data do not decide']))
    const atTheEnd = claims.flatMap(({ oursLast }) => oursLast?.verdict ?? [])
    expect(atTheEnd).toContain('contradicted')
    expect(atTheEnd).toContain('borne out')
  })
})
