import { decodingMeasures, decodingTable } from '../../charts/decodingTables.ts'
import { testTable } from '../../charts/evaluationTables.ts'
import { METRICS } from '../../evaluation/musical/metrics.ts'
import type { DecodingReport } from '../../results/decoding.ts'
import type { StarterReport } from '../../results/starterReport.ts'
import { type Summary, TEST_SETS } from '../../results/summary.ts'
import { counted } from '../../support/text/counted.ts'
import { textTable } from '../../support/text/table.ts'

/** The summary as tables: models and baselines on each test set. */
export function summaryText(summary: Pick<Summary, 'iterations' | 'baselines' | 'corpus'>): string {
  const tables = TEST_SETS.map((set) => {
    const { melodies, families } = summary.iterations['1'].test[set]
    const title = `${set}: ${counted(melodies, 'test melody', 'test melodies')} of ${counted(families, 'family', 'families')}`
    return `${title}\n\n${textTable(testTable(summary, set))}`
  })
  return [
    `Trained on ${summary.corpus}`,
    ...tables,
    'Each number is followed by its 95% interval (bootstrap over families of similar files).',
  ].join('\n\n')
}

/** The grid and the measures as tables. */
export function decodingText(report: DecodingReport): string {
  const { melodies, primerBars, bars } = report
  return [
    `The first ${primerBars} bars of ${counted(melodies, 'validation melody', 'validation melodies')}, continued to at most ${bars} bars`,
    textTable(decodingTable(report)),
    "mean |delta|: mean absolute Cliff's delta of the measures to people's own continuations; near: at most .33. The least is chosen.",
    textTable(decodingMeasures(report, METRICS)),
  ].join('\n\n')
}

/** How many melodies continue the held-out primers, and whose they are. */
export function starterText({ models, melodies }: StarterReport): string {
  const by = [...models.map(({ iteration }) => `iteration ${iteration}`), 'PPM', 'the composers'].join(', ')
  return `${counted(melodies.length, 'melody', 'melodies')} by ${by}`
}
