import { stretchIndex } from '../dataset/sharedStretch.ts'
import { ITERATIONS } from '../config/scales.ts'
import { type MusicalReport, musicalFile } from '../results/musicalReport.ts'
import type { Effects } from '../support/effects.ts'
import { UserError } from '../support/errors.ts'
import { projectRoot, type StudyFolders } from '../support/projectRoot.ts'
import { partAtHand } from './partAtHand.ts'
import type { Copies, RankedBy } from './rankMelodies.ts'

/** Whose melodies people's copies are counted by: they were not trained on. */
const PEOPLE = 'human general'

/**
 * What melodies of a model are ranked by: the measures of human melodies, in the published results or in those that come with the
 * project, and what the model was trained on, where that is built here.
 * @throws UserError where nothing says what is usual.
 */
export async function rankedBy(
  iteration: string | null,
  folders: StudyFolders,
  { reporter }: Pick<Effects, 'reporter'>,
): Promise<RankedBy> {
  const report = musicalFile.read(folders.root) ?? musicalFile.read(projectRoot)
  if (report === null)
    throw new UserError('no report/results/musical.json to rank by: leave out --rank, or run cantus study summarize')
  const copies = await copiesOf(iteration, folders, report)
  if (copies === null)
    reporter.line(
      'copies are not looked for: the melodies that this model was trained on are not here (cantus corpus build)',
    )
  return { reference: report.reference, copies }
}

async function copiesOf(
  iteration: string | null,
  folders: StudyFolders,
  { novelty }: Pick<MusicalReport, 'novelty'>,
): Promise<Copies | null> {
  const name = ITERATIONS.find((each) => each === iteration)
  const reference = novelty.find(({ set }) => set === PEOPLE)?.longest
  const part = name === undefined || reference === undefined ? null : await partAtHand(name, folders)
  if (part === null || reference === undefined) return null
  const index = stretchIndex(part.train.map(({ events }) => events))
  return { reference, longest: (events) => index.longest(events).length }
}
