import { targetsOf } from '../evaluation/targets.ts'
import { ablationFile } from '../results/ablationReport.ts'
import { readMusicalReport, readResult, readSummary } from '../results/publishedResults.ts'
import { type Targets, targetsFile } from '../results/targets.ts'

/** Holds iteration 3 against its aims and writes `report/results/targets.json`; null where it is not published and measured. */
export async function writeTargets(root: string): Promise<Targets | null> {
  const [summary, music, general] = [readSummary(root), readMusicalReport(root), readResult(root, '3.1')]
  if (summary === null || music === null || general === null) return null
  const runs = Object.entries(summary.iterations).map(([name, { run }]): [string, string] => [name, run])
  const targets: Targets = {
    format: 'cantus-targets-1',
    runs: Object.fromEntries(runs),
    targets: targetsOf({ summary, music, general, ablations: ablationFile.read(root) }),
  }
  await targetsFile.write(root, targets)
  return targets
}
