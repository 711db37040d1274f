import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mean, sampleStandardDeviation } from 'simple-statistics'
import type { StudyIterationName } from '../config/experimentConfig.ts'
import type { StudyIteration, StudyLog, StudyRecord, StudyRow } from '../results/studyRecord.ts'
import { UserError, errorCode } from '../support/errors.ts'
import { itemAt, valueAt } from '../support/itemAt.ts'
import { keysOf, recordOf } from '../support/records.ts'

/** The study's results table (its report, section "Results"); accuracy, loss and no_event_accuracy of each iteration. */
const PRINTED: Readonly<Record<StudyIterationName, StudyIteration['printed']>> = {
  '1': { accuracy: 0.7347, loss: 0.8976, noEventAccuracy: 0.9678 },
  '2.1': { accuracy: 0.7275, loss: 0.9203, noEventAccuracy: 0.9663 },
  '2.2': { accuracy: 0.9012, loss: 0.3132, noEventAccuracy: 0.9901 },
}

/** Stored stretches of each iteration's log; each goes up to the first step of the next. */
const STRETCHES: Readonly<Record<StudyIterationName, readonly string[]>> = {
  '1': [],
  '2.1': ['iteration-2.1.tsv'],
  '2.2': ['iteration-2.2-branch-a.tsv', 'iteration-2.2-branch-b.tsv', 'iteration-2.2-final.tsv'],
}

const LAST_ROWS = 100
const THINNED_BY = 20

/**
 * The study's record from the folder of its training logs.
 * @throws UserError when a log is missing, is not a table of step, acc and loss, or lacks the row of the results table.
 */
export async function studyRecord(folder: string): Promise<StudyRecord> {
  const names = keysOf(PRINTED)
  const iterations = new Map<StudyIterationName, StudyIteration>()
  for (const name of names) {
    // One after the other: of several damaged logs the first is named.
    const stretches: StudyRow[][] = []
    for (const file of STRETCHES[name]) stretches.push(await readLog(join(folder, file)))
    iterations.set(name, { printed: PRINTED[name], log: stretches.length === 0 ? null : logOf(name, stretches) })
  }
  return {
    format: 'cantus-study-1',
    source: 'casvalesen (2019), Music Generation with AI; training logs stored in its notebook',
    iterations: recordOf(names, (name) => valueAt(iterations, name)),
  }
}

async function readLog(path: string): Promise<StudyRow[]> {
  const lines = (await readText(path)).trim().split('\n')
  const columns = itemAt(lines, 0).split('\t')
  const [step, accuracy, loss] = [columns.indexOf('step'), columns.indexOf('acc'), columns.indexOf('loss')]
  const rows = lines.slice(1).map((line): StudyRow => {
    const cells = line.split('\t').map(Number)
    return { step: itemAt(cells, step), accuracy: itemAt(cells, accuracy), loss: itemAt(cells, loss) }
  })
  const whole = rows.every((row) => Object.values(row).every(Number.isFinite))
  if (rows.length === 0 || !whole)
    throw new UserError(
      `${path} is not a log of the study (expected the columns step, acc and loss): name the folder of its logs`,
    )
  return rows
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
    throw new UserError(`no log ${path}: cantus study logs takes the folder of the study's training logs`, {
      cause: error,
    })
  }
}

function logOf(name: StudyIterationName, stretches: readonly StudyRow[][]): StudyLog {
  const rows = spliced(stretches)
  const { accuracy: wanted } = PRINTED[name]
  const printedRow = rows.findLast(({ accuracy }) => Math.abs(accuracy - wanted) < 5e-5)
  if (printedRow === undefined)
    throw new UserError(`the log of the study's iteration ${name} has no row of accuracy ${wanted}`)
  const last = rows.slice(-LAST_ROWS)
  return {
    rows: rows.length,
    firstStep: itemAt(rows, 0).step,
    lastStep: itemAt(rows, -1).step,
    joins: stretches.slice(1).map((stretch) => itemAt(stretch, 0).step),
    printedRow,
    last100: {
      n: last.length,
      accuracy: meanAndDeviation(last.map(({ accuracy }) => accuracy)),
      loss: meanAndDeviation(last.map(({ loss }) => loss)),
    },
    thinnedBy: THINNED_BY,
    curve: thinned(rows),
  }
}

function spliced(stretches: readonly StudyRow[][]): StudyRow[] {
  return stretches.flatMap((rows, n) => {
    const next = stretches[n + 1]?.[0]?.step ?? Infinity
    return rows.filter(({ step }) => step < next)
  })
}

const meanAndDeviation = (values: number[]): { mean: number; sd: number } => ({
  mean: mean(values),
  sd: sampleStandardDeviation(values),
})

function thinned(rows: readonly StudyRow[]): StudyRow[] {
  const rounded = (value: number): number => Number(value.toPrecision(5))
  return Array.from({ length: Math.ceil(rows.length / THINNED_BY) }, (_, n) => {
    const part = rows.slice(n * THINNED_BY, (n + 1) * THINNED_BY)
    const middle = (column: keyof StudyRow): number => rounded(mean(part.map((row) => row[column])))
    return { step: middle('step'), accuracy: middle('accuracy'), loss: middle('loss') }
  })
}
