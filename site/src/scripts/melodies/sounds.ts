/** A melody's sound, decoded, and where in it the melody begins: MP3 puts a few hundredths of a second before it. */
export interface Sound {
  readonly buffer: AudioBuffer
  readonly startSeconds: number
}

/** What the server did not give, or the browser cannot decode. */
export class SoundError extends Error {
  override readonly name = 'SoundError'
}

/** MP3 puts no more than this before the sound. */
const MOST_DELAY_SECONDS = 0.12
/** Below this share of the loudest sample nothing is struck yet. */
const STRUCK = 0.02
/** The rate the sound was made at: decoding to another one would only take time and memory. */
const SAMPLE_RATE = 24_000
/** Sounds kept, the last ones asked for: 1.7 MB each. */
const KEPT = 12

const sounds = new Map<string, Promise<Sound>>()

/**
 * The sound at an address, fetched and decoded once; asked for ahead of need it is there when it is played.
 * @param firstSeconds when the melody's first note begins.
 * @throws SoundError
 */
export function soundOf(address: string, firstSeconds: number): Promise<Sound> {
  const before = sounds.get(address)
  if (before !== undefined) {
    sounds.delete(address)
    sounds.set(address, before) // now the last one asked for
    return before
  }
  const made = load(address, firstSeconds)
  sounds.set(address, made)
  made.catch(() => sounds.delete(address)) // the next time tries again
  const [oldest] = sounds.keys()
  if (sounds.size > KEPT && oldest !== undefined) sounds.delete(oldest)
  return made
}

async function load(address: string, firstSeconds: number): Promise<Sound> {
  if (typeof OfflineAudioContext === 'undefined') throw new SoundError('this browser has no Web Audio')
  const answer = await fetch(address).catch(() => {
    throw new SoundError('the sound could not be fetched')
  })
  if (!answer.ok) throw new SoundError(`the sound is not there (${answer.status})`)
  const bytes = await answer.arrayBuffer()
  // A context of its own decodes before anyone has touched the page, which one that plays may not.
  const buffer = await new OfflineAudioContext(1, 1, SAMPLE_RATE).decodeAudioData(bytes).catch(() => {
    throw new SoundError('this browser cannot decode it')
  })
  return { buffer, startSeconds: delayOf(buffer, firstSeconds) }
}

/** How much later than it should the first note is struck. */
function delayOf(buffer: AudioBuffer, firstSeconds: number): number {
  const pcm = buffer.getChannelData(0)
  let peak = 0
  for (const value of pcm) peak = Math.max(peak, Math.abs(value))
  const struck = pcm.findIndex((value) => Math.abs(value) > peak * STRUCK)
  return Math.min(MOST_DELAY_SECONDS, Math.max(0, struck / buffer.sampleRate - firstSeconds))
}
