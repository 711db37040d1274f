import { isNoteModel, type NoteModelSpec, type Weights } from '../../config/modelSpec.ts'
import { createPartner, type Partner } from '../../duet/partner.ts'
import { findModel } from '../../generation/findModel.ts'
import { type Checkpoint, loadWeights, modelWeights } from '../../model/checkpoint.ts'
import { noteReader } from '../../model/notes/noteInference.ts'
import { UserError } from '../../support/errors.ts'
import type { StudyFolders } from '../../support/projectRoot.ts'

/** A second-voice network and the partner that plays by it. */
export interface OpenedPartner {
  readonly partner: Partner
  readonly spec: NoteModelSpec
  readonly weights: Weights
  readonly checkpoint: Checkpoint
  readonly sha256: string
}

/** The partner by a model's name: a run of `cantus train --iteration 3.3`, or its file. @throws UserError for one that plays alone. */
export async function openPartner(source: string, folders: StudyFolders): Promise<OpenedPartner> {
  const { checkpoint, sha256 } = await loadWeights(await findModel({ source }, folders))
  const { spec } = checkpoint
  if (!isNoteModel(spec) || !spec.secondVoice)
    throw new UserError(
      `${source} plays alone: a duet takes a second voice, as "cantus train --iteration 3.3" trains it; name its run with --model`,
    )
  const weights = modelWeights(checkpoint)
  return { partner: createPartner(noteReader(spec, weights)), spec, weights, checkpoint, sha256 }
}
