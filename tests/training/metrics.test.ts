import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addSums, NO_SUMS, sumsOf } from '../../src/model/metricSums.js'
import { metricsOf } from '../../src/training/metrics.js'
import { appendRow, keepRowsBefore, readRows } from '../../src/training/metricsLog.js'

describe('metrics', () => {
  // Labels 0 (the default), 5, 5 and 0 on padding; predicted 0, 5, 0.
  const sums = sumsOf(
    { labels: Int32Array.of(0, 5, 5, 0), mask: Float32Array.of(1, 1, 1, 0) },
    [0.5, 1, 1.5, 99],
    [0, 5, 0, 0],
    0,
  )

  it('are means over valid steps', () => {
    expect(metricsOf(sums)).toEqual({
      loss: 1,
      perplexity: Math.E,
      accuracy: 2 / 3,
      eventAccuracy: 1 / 2,
      noEventAccuracy: 1,
      steps: 3,
    })
    expect(metricsOf(addSums(sums, sums))).toEqual({ ...metricsOf(sums), steps: 6 })
  })

  it('are NaN where there is nothing to count, never 0', () => {
    expect(metricsOf(NO_SUMS)).toMatchObject({ loss: NaN, perplexity: NaN, accuracy: NaN, steps: 0 })
    expect(metricsOf({ ...NO_SUMS, steps: 2, correct: 1 })).toMatchObject({ eventAccuracy: NaN, noEventAccuracy: 0.5 })
    expect(metricsOf({ ...NO_SUMS, steps: 2, eventSteps: 2 })).toMatchObject({ eventAccuracy: 0, noEventAccuracy: NaN })
  })
})

describe('the log of metrics', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cantus-metrics-'))
  })
  afterEach(() => rm(folder, { recursive: true }))
  const row = (step: number) => ({
    ...metricsOf({ loss: 1, steps: 1, correct: 1, eventSteps: 0, eventCorrect: 0 }),
    kind: 'train' as const,
    step,
    seconds: 1,
  })

  it('reads back rows, NaN included, and leaves out a last line cut short', async () => {
    const path = join(folder, 'run', 'metrics.jsonl')
    expect(await readRows(path)).toEqual([])
    await appendRow(path, row(1))
    await appendRow(path, row(2))
    expect(await readRows(path)).toEqual([row(1), row(2)])
    await writeFile(path, `${JSON.stringify(row(3))}\n{"kind":"tra`)
    expect(await readRows(path)).toEqual([row(3)])
  })

  it('forgets rows that will be taken again', async () => {
    const path = join(folder, 'metrics.jsonl')
    for (const step of [0, 5, 10]) await appendRow(path, row(step))
    expect(await keepRowsBefore(path, 10)).toEqual([row(0), row(5)])
    expect(await readRows(path)).toEqual([row(0), row(5)])
  })
})
