import type { AblationGroup, AblationReport, AblationRow } from '../../src/results/ablationReport.ts'
import { standInScores } from './standInSummary.ts'

function row(id: string, group: AblationGroup, losses: readonly number[]): AblationRow {
  const runs = losses.map((loss, n) => ({
    ...{ run: `smoke-${id}-s${n + 1}`, seed: n + 1, step: 40, seconds: 90, validation: loss },
    test: { general: standInScores(loss), style: standInScores(loss + 0.25) },
  }))
  const spread = (more: number) => {
    const values = losses.map((loss) => loss + more)
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    return { n: values.length, mean, sd: 0.1, lowest: Math.min(...values), highest: Math.max(...values) }
  }
  return {
    ...{ id, group, title: `network ${id}`, parameters: 1000 * id.length, trainingMelodies: 2000, steps: 60 },
    ...{ model: { encoding: 'notes', layerSizes: [8], attentionSize: 4 }, runs },
    spread: { general: spread(0), style: spread(0.25) },
  }
}

/** A made-up ablation study: a reference of two seeds, and a row of each other group. */
export const standInAblations: AblationReport = {
  ...{ format: 'cantus-ablations-1', scale: 'smoke', corpus: 'tunes', datasetHash: 'abc' },
  rows: [
    row('reference', 'parts', [1, 1.5]),
    row('without-metre', 'parts', [1.25]),
    row('lookback', 'encoding', [1.75]),
    row('units-8', 'size', [1.5]),
    row('melodies-100', 'melodies', [2]),
  ],
}
