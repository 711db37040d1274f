import { type ListeningVotes, listeningVotesSchema } from '../../results/listeningVotes.ts'
import { readStoredIfThere } from '../../support/readStored.ts'
import { ListeningVotesError } from './countVotes.ts'

/** The votes of a file. @throws ListeningVotesError for one without votes, StoredFileError for another file. */
export async function readVotes(path: string): Promise<ListeningVotes> {
  const votes = await readStoredIfThere(path, listeningVotesSchema, 'take the file that the listening test saved')
  if (votes === null) throw new ListeningVotesError(`no file ${path}; give the files that listeners saved`)
  return votes
}
