import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { IterationName } from '../config/experimentConfig.ts'
import { selectPart, type SelectedPart } from '../dataset/selectPart.ts'
import { loadDataset, storedSummary } from '../dataset/storedDataset.ts'
import { readResult } from '../results/publishedResults.ts'
import type { StudyFolders } from '../support/projectRoot.ts'

/** The music of a published iteration, split as it was trained; null where its data set is not built here. */
export async function partAtHand(iteration: IterationName, { root, data }: StudyFolders): Promise<SelectedPart | null> {
  const result = readResult(root, iteration)
  const built = join(data, 'built')
  if (result === null || !existsSync(built)) return null
  for (const name of await readdir(built)) {
    const folder = join(built, name)
    if ((await storedSummary(folder))?.hash !== result.dataset.hash) continue
    const dataset = await loadDataset(folder)
    const { part, maxMelodiesPerFile } = result.config.data
    if (dataset !== null) return selectPart(dataset, part, maxMelodiesPerFile)
  }
  return null
}
