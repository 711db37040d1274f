import { HELD_BACK, resumeAudio } from '../resumeAudio.ts'
import { type Instrument, openPiano, plainTone } from './piano.ts'
import { messageOf } from '../../../../src/support/errors.ts'

/** Sound that cannot be had; the message says what to do. */
export class SoundError extends Error {
  override readonly name = 'SoundError'
}

export interface Sound {
  readonly context: AudioContext
  readonly instrument: Instrument
  /** What stands in for the piano, and why; null if the piano plays. */
  readonly remark: string | null
}

let opened: Promise<Sound> | undefined
let context: AudioContext | undefined

/**
 * The page's sound, opened at the first call, which must come from a press of a key or a button.
 * @throws SoundError
 */
export async function openSound(url: string): Promise<Sound> {
  if (typeof AudioContext === 'undefined')
    throw new SoundError('This browser has no Web Audio, so nothing can be heard: save the MIDI file and play that.')
  try {
    context ??= new AudioContext({ latencyHint: 'playback' })
  } catch (error) {
    throw new SoundError(`This browser gives no sound (${String(error)}): save the MIDI file and play that.`)
  }
  if (!(await resumeAudio(context))) throw new SoundError(HELD_BACK)
  opened ??= open(context, url)
  const sound = await opened
  if (sound.remark !== null) opened = undefined // the next call tries the piano again
  return sound
}

async function open(context: AudioContext, url: string): Promise<Sound> {
  try {
    return { context, instrument: await openPiano(context, url), remark: null }
  } catch (error) {
    const why = messageOf(error)
    const remark = `The piano could not be loaded (${why}): a plain tone plays instead.`
    return { context, instrument: plainTone(context), remark }
  }
}
