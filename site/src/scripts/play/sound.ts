import { type Instrument, openPiano, plainTone } from './piano.js'

/** Sound that cannot be had; the message says what to do. */
export class SoundError extends Error {
  override readonly name = 'SoundError'
}

export interface Sound {
  readonly context: AudioContext
  readonly instrument: Instrument
  /** What stands in for the piano, and why; null where the piano plays. */
  readonly remark: string | null
}

/** A browser that is not allowed to make sound never answers: it is asked so long. */
const RESUME_MILLISECONDS = 1500
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
  await resumed(context)
  opened ??= open(context, url)
  const sound = await opened
  if (sound.remark !== null) opened = undefined // the next call tries the piano again
  return sound
}

async function resumed(context: AudioContext): Promise<void> {
  if (context.state === 'running') return
  const refused = new Promise<void>((done) => setTimeout(done, RESUME_MILLISECONDS))
  await Promise.race([context.resume().catch(() => undefined), refused])
  if ((context.state as AudioContextState) !== 'running')
    throw new SoundError('The browser holds back the sound: allow this page to play sound, then press Play again.')
}

async function open(context: AudioContext, url: string): Promise<Sound> {
  try {
    return { context, instrument: await openPiano(context, url), remark: null }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const remark = `The piano could not be loaded (${why}): a plain tone plays instead.`
    return { context, instrument: plainTone(context), remark }
  }
}
