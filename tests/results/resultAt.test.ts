import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resultAt } from '../../src/results/resultAt.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cantus-result-at-'))
  const iterations = { '2.1': { steps: 40 }, '2.2': { steps: 60, last: { steps: 80 } } }
  const baselines = [
    { name: 'ppm', trainedOn: 'style', loss: 1 },
    { name: 'ppm', trainedOn: 'general and style', loss: 2 },
  ]
  await writeFile(join(folder, 'summary.json'), JSON.stringify({ iterations, baselines }))
})
afterAll(() => rm(folder, { recursive: true }))

describe('resultAt', () => {
  it('finds a value by its place, file first', () => {
    expect(resultAt(folder, 'summary/iterations/2.2/steps')).toBe(60)
    expect(resultAt(folder, 'summary/iterations/2.2/last/steps')).toBe(80)
  })

  it('takes the published weights for the end of a run that has no other', () => {
    expect(resultAt(folder, 'summary/iterations/2.1/last/steps')).toBe(40)
  })

  it('finds the row of a list by what is in it', () => {
    expect(resultAt(folder, 'summary/baselines/name=ppm/loss')).toBe(1)
    expect(resultAt(folder, 'summary/baselines/name=ppm,trainedOn=general and style/loss')).toBe(2)
    expect(() => resultAt(folder, 'summary/baselines/name=n-gram/loss')).toThrow(/does not exist/)
  })

  it('finds an item of a list by its index', () => {
    expect(resultAt(folder, 'summary/baselines/1/loss')).toBe(2)
  })

  it('finds the row where a number is least', () => {
    expect(resultAt(folder, 'summary/baselines/least loss/trainedOn')).toBe(
      resultAt(folder, 'summary/baselines/name=ppm/trainedOn'),
    )
    expect(() => resultAt(folder, 'summary/baselines/least gain/name')).toThrow(/does not exist/)
  })

  it('names the place where there is nothing', () => {
    expect(() => resultAt(folder, 'summary/iterations/1/last/steps')).toThrow(
      'the report names the result summary/iterations/1/last/steps, which does not exist',
    )
  })
})
