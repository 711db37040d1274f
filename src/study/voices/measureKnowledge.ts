import type { Scale } from '../../config/experimentConfig.ts'
import { isNoteModel, type NoteModelSpec, type Weights } from '../../config/modelSpec.ts'
import { type Sequence, wholeSequences } from '../../dataset/batches.ts'
import type { TrainingRow } from '../../dataset/dataset.ts'
import { eventEncoding } from '../../dataset/encoding.ts'
import type { Knowledge } from '../../dataset/otherVoice.ts'
import { findModel } from '../../generation/findModel.ts'
import { openBackend } from '../../model/backend.ts'
import { loadWeights, modelWeights } from '../../model/checkpoint.ts'
import { NO_DROPOUT } from '../../model/dropout.ts'
import { type HeadLosses, noteRnn } from '../../model/notes/noteRnn.ts'
import { type DuetKnowledge, duetFile, EMPTY_DUET_REPORT } from '../../results/duetReport.ts'
import type { Effects } from '../../support/effects.ts'
import { UserError } from '../../support/errors.ts'
import type { StudyFolders } from '../../support/projectRoot.ts'
import { openPartner } from './openPartner.ts'
import { openVoices } from './openVoices.ts'
import { rowsOfPassage } from './voiceRows.ts'

/** Which second voice to measure, on what. */
export interface KnowledgeOptions {
  readonly model: string
  readonly scale: Scale
  readonly corpus?: readonly string[]
  readonly folders: StudyFolders
  /** The model it started from, to show what was forgotten. */
  readonly parent?: string
}

/** General test melodies that forgetting is measured on, at most. */
const MOST_ALONE = 1000

/**
 * What the second voice gains from hearing the other one: its loss on held-out passages, each voice beside the other, where it knows
 * nothing of it, where it knows the steps before, and where it hears the very step. Adds it to `report/results/duet.json`.
 * @throws UserError for a model that plays alone.
 */
export async function measureKnowledge(options: KnowledgeOptions, effects: Effects): Promise<DuetKnowledge> {
  const { model, scale, corpus = [], folders, parent = '3.1' } = options
  const { spec, weights, sha256 } = await openPartner(model, folders)
  const voices = await openVoices({ scale, corpus, folders }, effects)
  const tested = voices.passages.filter(({ split }) => split === 'test')
  const network = noteRnn(await openBackend(), spec)
  const encoding = eventEncoding(spec)
  const measure = (knows: Knowledge | null): HeadLosses => {
    const rows: TrainingRow[] = tested.flatMap((passage) => rowsOfPassage(passage, knows))
    return network.measureHeads(weights, wholeSequences(rows, encoding)).reduce(added)
  }
  const [none, before, onset] = [measure(null), measure('before'), measure('onset')]
  const [least, most] = [headsOf(none), headsOf(onset)]
  const general = wholeSequences(voices.general?.test.slice(0, MOST_ALONE) ?? [], encoding)
  const found: DuetKnowledge = {
    ...{ run: model, checkpointSha256: sha256, corpus: voices.corpus, datasetHash: voices.hash },
    ...{ passages: tested.length, steps: none.steps, notes: none.notes },
    ...{ none: least, before: headsOf(before), onset: most, saved: 1 - most.loss / least.loss },
    alone: general.length === 0 ? null : await aloneLosses({ spec, weights }, general, { parent, folders }),
  }
  const report = duetFile.read(folders.root) ?? EMPTY_DUET_REPORT
  const others = report.knowledge.filter(({ run }) => run !== model)
  await duetFile.write(folders.root, { ...report, knowledge: [...others, found] })
  return found
}

const added = (a: HeadLosses, b: HeadLosses): HeadLosses => ({
  steps: a.steps + b.steps,
  notes: a.notes + b.notes,
  rhythm: a.rhythm + b.rhythm,
  rest: a.rest + b.rest,
  pitch: a.pitch + b.pitch,
})

function headsOf({ steps, rhythm, rest, pitch }: HeadLosses): DuetKnowledge['none'] {
  const [ofRhythm, ofRest, ofPitch] = [rhythm / steps, rest / steps, pitch / steps]
  return { loss: ofRhythm + ofRest + ofPitch, rhythm: ofRhythm, rest: ofRest, pitch: ofPitch }
}

async function aloneLosses(
  own: { readonly spec: NoteModelSpec; readonly weights: Weights },
  sequences: readonly Sequence[],
  { parent, folders }: { readonly parent: string; readonly folders: StudyFolders },
): Promise<NonNullable<DuetKnowledge['alone']>> {
  const { checkpoint } = await loadWeights(await findModel({ source: parent }, folders))
  const { spec } = checkpoint
  if (!isNoteModel(spec))
    throw new UserError(`${parent} does not read notes: name the model that the second voice started from`)
  const backend = await openBackend()
  const lossOf = (of: typeof own): number => {
    const { loss, steps } = noteRnn(backend, of.spec).measure(of.weights, sequences, NO_DROPOUT)
    return loss / steps
  }
  return {
    loss: lossOf(own),
    parent: lossOf({ spec, weights: modelWeights(checkpoint) }),
    melodies: sequences.length,
  }
}
