import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { isNoteModel } from '../config/modelSpec.ts'
import { findModel, provenanceOf } from '../generation/findModel.ts'
import { openModelFile } from '../generation/modelFile.ts'
import { readResult } from '../results/publishedResults.ts'
import type { Effects } from '../support/effects.ts'
import { UserError } from '../support/errors.ts'
import { runFiles } from '../training/runDirectory.ts'
import type { DecodingMaterial } from './decodingStudy.ts'
import { type OpenedIteration, openIteration } from './reproduce.ts'
import type { StudyResults } from './studyResults.ts'

/** The network of notes whose decoding is chosen, and the iteration of the study on the same music. */
const [NETWORK, BESIDE] = ['3.1', '2.1'] as const

/**
 * Opens what the study of decoding is made from: the validation side of iteration 3.1, its weights (the published ones, or
 * those of its run), and iteration 2.1 where it is published.
 * @param model other weights: an iteration, a run or a file.
 * @throws UserError when the model does not read notes, or is not found.
 */
export async function openDecoding(
  { folders, scale, corpus, style }: StudyResults,
  model: string | undefined,
  effects: Effects,
): Promise<DecodingMaterial> {
  const opened = await openIteration({ iteration: NETWORK, scale, corpus, style, folders }, effects)
  const path = await findModel({ source: model ?? usualSource(opened) }, folders)
  const file = await openModelFile(path)
  if (!isNoteModel(file.model.spec))
    throw new UserError(
      `${path} is a network that reads steps, whose way of drawing is the study's: name one that reads notes, such as ${NETWORK}`,
    )
  const { iteration, run, step } = await provenanceOf(resolve(path), file, folders)
  return {
    ...{ file, run, step },
    iteration: iteration ?? 'custom',
    corpus: opened.corpus,
    beside:
      readResult(folders.root, BESIDE) === null
        ? null
        : {
            file: await openModelFile(await findModel({ iteration: BESIDE }, folders), 'native'),
            iteration: BESIDE,
          },
    melodies: opened.part.validation,
    folder: join(folders.data, 'decoding'),
  }
}

/** The published weights of this run, else the run's own. */
function usualSource({ run, runFolder, folders }: OpenedIteration): string {
  const isPublished = readResult(folders.root, NETWORK)?.run === run
  return !isPublished && existsSync(runFiles(runFolder).best) ? runFolder : NETWORK
}
