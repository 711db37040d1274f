import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sharedArchives } from '../corpus/sharedSources.ts'
import { exportModel } from '../generation/exportModel.ts'
import { findModel, provenanceOf } from '../generation/findModel.ts'
import { openModelFile } from '../generation/modelFile.ts'
import { readResult, readSummary } from '../results/publishedResults.ts'
import { writeFileAtomic } from '../support/files.ts'
import type { StudyFolders } from '../support/projectRoot.ts'
import { dataCard } from './hub/dataCard.ts'
import { modelCard } from './hub/modelCard.ts'

/** What `exportHub` writes. */
export interface ExportHubOptions {
  /** An iteration, a run, or a checkpoint's file. */
  readonly source: string
  readonly out: string
  readonly folders: StudyFolders
}

/**
 * Writes a model as model hubs take it: `README.md` with the card's front matter, `model.safetensors` of 16 bits,
 * `config.json` and, of published weights, the list of which file lay on which side of the split (`data/`).
 * @throws UserError when there is no such model.
 */
export async function exportHub({ source, out, folders }: ExportHubOptions): Promise<{ files: readonly string[] }> {
  const path = await findModel({ source }, folders)
  const file = await openModelFile(path)
  const provenance = await provenanceOf(path, file, folders)
  const { iteration, run } = provenance
  const result = iteration === null ? null : readResult(folders.root, iteration)
  const isPublished = result !== null && result.run === run
  const scores = isPublished && iteration !== null ? readSummary(folders.root)?.iterations[iteration] : undefined
  const splitFile = join(folders.root, 'report/results/corpus-split.tsv')
  const hasData = isPublished && result.dataset.corpus === 'shared' && existsSync(splitFile)
  const { files } = await exportModel({ source, format: 'fp16', out, folders })
  const cards = {
    'README.md': modelCard({
      ...{ name: iteration ?? run, title: result?.config.title ?? null, step: provenance.step },
      ...{ spec: file.model.spec, sha256: file.sha256, hasData, isPublished },
      ...(scores === undefined ? {} : { scores: scores.test }),
    }),
    ...(hasData ? dataCard(readFileSync(splitFile, 'utf8'), sharedArchives) : {}),
  }
  for (const [name, text] of Object.entries(cards)) await writeFileAtomic(join(out, name), text)
  return { files: [...files, ...Object.keys(cards).map((name) => join(out, name))] }
}
