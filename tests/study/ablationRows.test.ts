import { describe, expect, it } from 'vitest'
import { SCALES } from '../../src/config/scales.ts'
import { noteAblations, parametersOf } from '../../src/study/noteAblations.ts'
import { REFERENCE } from '../../src/results/ablationReport.ts'
import { ablationRows } from '../../src/study/ablationRows.ts'
import { quietEffects } from '../../src/support/quietEffects.ts'
import { checkModel } from '../../src/training/checkTraining.ts'

describe.each(SCALES)('the rows of the ablation study at scale %s', (scale) => {
  const rows = ablationRows(scale)
  const row = (id: string) => rows.find((each) => each.id === id)!

  it('have names of their own, networks that can be built, and as many steps as the reference', () => {
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length)
    rows.forEach(({ model }) => checkModel(model))
    const others = ['published', 'study-budget-long', 'transformer-minutes']
    const steps = new Set(rows.filter(({ id }) => !others.includes(id)).map(({ training }) => training.steps))
    expect([...steps]).toEqual([row(REFERENCE).training.steps])
    for (const id of ['published', 'study-budget-long']) expect(row(id).training).toEqual({})
  })

  it("keep the study's budget of parameters where they say so", () => {
    for (const id of ['study-budget', 'study-budget-long', 'lookback', 'mono']) {
      expect(parametersOf(row(id).model)).toBeLessThanOrEqual(280_962)
      expect(parametersOf(row(id).model)).toBeGreaterThan(270_000)
    }
    expect(parametersOf(row('mono').model)).toBe(280_962)
  })
})

it('refuses a row there is not, before it opens a corpus', async () => {
  const asked = { scale: 'smoke', only: ['without-notes'], seeds: 1, corpus: [], style: [] } as const
  const folders = { root: '/nowhere', data: '/nowhere' }
  await expect(noteAblations({ ...asked, folders }, quietEffects())).rejects.toThrow(
    'no row "without-notes": choose some of published, reference,',
  )
})
