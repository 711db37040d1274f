import { describe, expect, it } from 'vitest'
import { publishedText, runsText } from '../../../src/study/text/runsText.ts'
import { sweepText } from '../../../src/study/text/sweepText.ts'

describe('runsText', () => {
  const run = {
    ...{ run: 'quick-1-s1', iteration: '1', made: 1200, steps: 1200, lastLoss: 1.25, bestLoss: 1.2, lastStep: 1200 },
    ...{ bestStep: 1000, seconds: 90, folder: '/runs/1/quick-1-s1', problem: null },
  }

  it('says how to start the first one', () =>
    expect(runsText([])).toBe('no runs yet: start one with cantus reproduce or cantus train'))

  it('shows how far each has come, and its losses where it has any', () => {
    const begun = { ...run, run: 'quick-2-s1', made: 0, lastLoss: null, bestLoss: null, lastStep: null, bestStep: null }
    const [heading, first, second, ...notes] = runsText([{ ...run, bestLoss: 1.25, bestStep: 1200 }, begun]).split('\n')
    expect(heading).toMatch(/run +iteration +step +validation loss +best +minutes/)
    expect(first).toMatch(/quick-1-s1 +1 +1,200 of 1,200 +1\.250 +1\.250 at step 1,200 +1\.5/)
    expect(second).toMatch(/quick-2-s1 +1 +0 of 1,200 +- +- +1\.5/)
    expect(notes).toEqual([])
  })

  it('names the runs that cannot be read, and those that were trained past their best', () => {
    const text = runsText([
      { ...run, lastLoss: 1.6 },
      { ...run, run: 'torn', problem: 'config.json cannot be read\u001b[2J' },
    ])
    expect(text).toMatch(/^torn: config\.json cannot be read/m)
    expect(text).not.toContain('\u001b')
    expect(text).toMatch(/^quick-1-s1.*1,000/m)
  })
})

it('publishedText names the run, its step, the name and the file', () => {
  const text = publishedText({
    ...{ run: 'full-1-s1', name: 'mine', step: 7000, path: 'a/mine.safetensors', bytes: 10, sha256: 'abc' },
  })
  expect(text).toBe('full-1-s1, step 7,000, is mine from now on: a/mine.safetensors\nsha256 abc')
})

it('sweepText puts the lowest validation loss first and what is to come last', () => {
  const trial = (number: number, rate: number) => ({ number, seed: 1, values: { rate }, overrides: {} })
  const result = { run: 'r', step: 1200, validationLoss: 0.9, testLoss: 1, eventAccuracy: 0.25 }
  const rows = sweepText([
    { trial: trial(1, 0.1), result: null },
    { trial: trial(2, 0.2), result },
    { trial: trial(3, 0.3), result: { ...result, validationLoss: 0.8, run: 'q' } },
  ]).split('\n')
  expect(rows[0]).toMatch(/trial +rate +seed +step +validation loss +test loss +event accuracy +run/)
  expect(rows.slice(1).map((row) => row.trim().split(/\s+/)[0])).toEqual(['3', '2', '1'])
  expect(rows[1]).toMatch(/3 +0\.3 +1 +1,200 +0\.800 +1\.000 +0\.250 +q/)
  expect(rows[3]).toMatch(/1 +0\.1 +1 +- +- +- +- +to come/)
})
