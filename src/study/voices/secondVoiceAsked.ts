import { UserError } from '../../support/errors.ts'
import type { TrainAsked } from '../trainAsked.ts'
import type { SecondVoiceOptions } from './trainSecondVoice.ts'

/** What the options of a command ask of the second voice. @throws UserError for one that it has not: it has its own music and settings. */
export function secondVoiceAsked(flags: Omit<TrainAsked, 'iteration'>): SecondVoiceOptions {
  const { scale, corpus, seed, steps } = flags
  const unfit = Object.entries({
    '--style': flags.style.length > 0,
    '--set': flags.set.length > 0,
    '--freeze': flags.freeze.length > 0,
    '--config': flags.config !== undefined,
    '--loose': flags.loose === true,
    '--steps with names': typeof steps === 'object',
  }).find(([, isGiven]) => isGiven)
  if (unfit !== undefined) throw new UserError(`--iteration 3.3 has its own settings: leave out ${unfit[0]}`)
  return { scale, corpus, ...(seed !== undefined && { seed }), ...(typeof steps === 'number' && { steps }) }
}
