import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readParquet } from '../../src/dataset/parquet.ts'
import { openEventLog, readMetricRows } from '../../src/training/eventLog.ts'
import { type MetricRow, metricsOf } from '../../src/results/metrics.ts'
import { type RunFiles, runFiles } from '../../src/training/runDirectory.ts'
import { scalarsRecord, versionRecord } from '../../src/training/tensorBoard.ts'

let files: RunFiles
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cantus-log-'))
  files = runFiles(join(folder, 'run'))
})
afterEach(() => rm(folder, { recursive: true }))

const row = (step: number, kind: MetricRow['kind'] = 'train'): MetricRow => ({
  ...metricsOf({ loss: 1, steps: 1, correct: 1, eventSteps: 0, eventCorrect: 0 }), // event accuracy: of none, NaN
  ...{ kind, step, seconds: 1 },
  ...(kind === 'train' ? { learningRate: 0.5, gradientNorm: 2 } : {}),
})
const open = (step = 0) => openEventLog(files, step, () => 5000)
const board = (kind: string) => readFile(join(files.tensorBoard, kind, 'events.out.tfevents.0.cantus'))

describe('the event log', () => {
  it('reads back rows, NaN included, and leaves out a last line cut short', async () => {
    expect(await readMetricRows(files.metrics)).toEqual([])
    const log = await open()
    await log.add(row(1))
    await log.add(row(2))
    expect(await readMetricRows(files.metrics)).toEqual([row(1), row(2)])
    await writeFile(files.metrics, `${JSON.stringify(row(3))}\n{"kind":"tra`)
    expect(await readMetricRows(files.metrics)).toEqual([row(3)])
  })

  it('forgets rows that will be taken again, in the lines and in the event files', async () => {
    const log = await open()
    for (const step of [0, 5, 10]) await log.add(row(step))
    const [events, lines] = [await board('train'), await readFile(files.metrics)]
    const again = await open(10)
    expect(again.rows).toEqual([row(0), row(5)])
    expect(await readMetricRows(files.metrics)).toEqual([row(0), row(5)])
    await again.add(row(10))
    expect(await readFile(files.metrics)).toEqual(lines)
    expect(await board('train')).toEqual(events)
  })

  it('leaves all rows as Parquet', async () => {
    const log = await open()
    await log.add(row(0, 'test'))
    await log.add(row(3))
    await log.close()
    const found: unknown[] = []
    await readParquet(files.metricsParquet, (each) => found.push(each))
    expect(found).toEqual([
      { ...row(0, 'test'), eventAccuracy: null, learningRate: null, gradientNorm: null },
      { ...row(3), eventAccuracy: null },
    ])
  })
})

describe('the records of an event file', () => {
  // Written by TensorFlow 2.15 (TFRecordWriter around its Event message), as hexadecimal.
  it('are the bytes TensorFlow writes', () => {
    const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
    expect(hex(versionRecord(1_700_000_000))).toBe(VERSION)
    expect(hex(scalarsRecord(1_700_000_000, 300, [{ tag: 'loss', value: 1.5 }]))).toBe(SCALAR)
  })
})

const VERSION = '1800000000000000a37f4b220900000040fc54d9411a0d627261696e2e4576656e743a32eced8f9d'
const SCALAR = '1b000000000000001a0d9e130900000040fc54d94110ac022a0d0a0b0a046c6f7373150000c03f39f78531'
