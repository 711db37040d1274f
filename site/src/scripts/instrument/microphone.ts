import processor from './microphoneProcessor.ts?worker&url'
import { HumReader, type SungChange } from './humReader.ts'
import { FRAME_SAMPLES, pitchFinder } from './pitchOfSound.ts'
import { itemAt } from '../../../../src/support/itemAt.ts'

/** A microphone that cannot be had; the message says what to do. */
export class MicrophoneError extends Error {
  override readonly name = 'MicrophoneError'
}

interface MicrophoneListener {
  readonly onChange: (change: SungChange) => void
  /** The microphone was unplugged or taken away. */
  readonly onGone: () => void
}

/** A microphone that is listened to. Nothing of it is kept or sent. */
export interface Microphone {
  close(): void
}

/** From the audio thread: samples, and the frame behind the last. */
interface Block {
  readonly samples: Float32Array
  readonly endFrame: number
}

/**
 * Opens the microphone, which asks the person, and reads what is sung or hummed into it as notes.
 * @throws MicrophoneError
 */
export async function openMicrophone(context: AudioContext, listener: MicrophoneListener): Promise<Microphone> {
  const stream = await askForMicrophone()
  await context.audioWorklet.addModule(processor)
  const source = new MediaStreamAudioSourceNode(context, { mediaStream: stream })
  const ear = new AudioWorkletNode(context, 'microphone', { numberOfOutputs: 0 })
  const [reader, find] = [new HumReader(), pitchFinder(context.sampleRate)]
  const heard = new Float32Array(FRAME_SAMPLES)
  ear.port.onmessage = ({ data: { samples, endFrame } }: MessageEvent<Block>) => {
    heard.copyWithin(0, samples.length)
    heard.set(samples, FRAME_SAMPLES - samples.length)
    const seconds = (endFrame - FRAME_SAMPLES / 2) / context.sampleRate
    for (const change of reader.take({ ...find(heard), seconds })) listener.onChange(change)
  }
  source.connect(ear)
  const close = (): void => {
    ear.port.onmessage = null
    for (const change of reader.stop(context.currentTime)) listener.onChange(change)
    source.disconnect()
    for (const track of stream.getTracks()) track.stop()
  }
  itemAt(stream.getAudioTracks(), 0).onended = () => {
    close()
    listener.onGone()
  }
  return { close }
}

async function askForMicrophone(): Promise<MediaStream> {
  if (navigator.mediaDevices?.getUserMedia === undefined)
    throw new MicrophoneError(
      'This browser gives no microphone to this page (it needs a secure address): play on the keys of the page.',
    )
  // What makes speech clear takes a hum for noise.
  const audio = { echoCancellation: false, noiseSuppression: false, autoGainControl: false }
  return navigator.mediaDevices.getUserMedia({ audio }).catch((error: unknown) => {
    const name = error instanceof Error ? error.name : ''
    throw new MicrophoneError(
      name === 'NotFoundError'
        ? 'No microphone was found: plug one in and press again, or play on the keys of the page.'
        : 'The browser did not allow the microphone: allow it in the page’s settings and press again, or play on the keys of the page.',
      { cause: error },
    )
  })
}
