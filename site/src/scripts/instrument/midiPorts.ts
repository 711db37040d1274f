import { type KeyChange, keyChangeOf } from './midiMessage.ts'

/** MIDI that cannot be had; the message says what to do. */
export class MidiPortsError extends Error {
  override readonly name = 'MidiPortsError'
}

interface MidiPortsListener {
  readonly onChange: (source: string, change: KeyChange, timeStamp: number) => void
  /** A keyboard was unplugged. */
  readonly onGone: (source: string) => void
  /** Ports came or went. */
  readonly onPorts: () => void
}

/** MIDI keyboards, all at once, and one output. */
export interface MidiPorts {
  /** 1 to 16; null listens to all channels. */
  channel: number | null
  inputNames(): string[]
  outputs(): { readonly id: string; readonly name: string }[]
  /** Sends bytes to an output at a time in milliseconds of `performance.now()`; says nothing where it is gone. */
  send(output: string, bytes: readonly number[], milliseconds: number): void
  close(): void
}

/**
 * Opens MIDI, which asks the person once. Keyboards plugged in later are listened to as well.
 * @throws MidiPortsError
 */
export async function openMidiPorts(listener: MidiPortsListener): Promise<MidiPorts> {
  if (typeof navigator.requestMIDIAccess !== 'function')
    throw new MidiPortsError('This browser has no Web MIDI: play on the keys of this page or of the computer.')
  const access = await navigator.requestMIDIAccess().catch(() => {
    throw new MidiPortsError(
      'The browser did not allow MIDI: allow it in the page’s settings and press again, or play on the keys of this page.',
    )
  })
  const inputs = new Inputs(access, listener)
  return {
    get channel() {
      return inputs.channel
    },
    set channel(value) {
      inputs.channel = value
    },
    inputNames: () =>
      [...access.inputs.values()].filter(isThere).map(({ name }) => name ?? 'a keyboard without a name'),
    outputs: () =>
      [...(access.outputs?.values() ?? [])].filter(isThere).map(({ id, name }) => ({ id, name: name ?? 'no name' })),
    send(output, bytes, milliseconds) {
      const port = access.outputs.get(output)
      if (port !== undefined && isThere(port)) port.send([...bytes], milliseconds)
    },
    close: () => inputs.close(),
  }
}

/** Listens to every input that is there. */
class Inputs {
  channel: number | null = null
  private readonly access: MIDIAccess
  private readonly listener: MidiPortsListener
  /** Inputs that are listened to, by id. */
  private readonly known = new Set<string>()

  constructor(access: MIDIAccess, listener: MidiPortsListener) {
    this.access = access
    this.listener = listener
    this.listen()
    access.onstatechange = () => {
      this.listen()
      listener.onPorts()
    }
  }

  close(): void {
    this.access.onstatechange = null
    this.access.inputs.forEach((input) => (input.onmidimessage = null))
    for (const id of this.known) this.listener.onGone(sourceOf(id))
  }

  private listen(): void {
    const there = new Map([...this.access.inputs].filter(([, input]) => isThere(input)))
    for (const id of [...this.known]) if (!there.has(id) && this.known.delete(id)) this.listener.onGone(sourceOf(id))
    for (const [id, input] of there) {
      this.known.add(id)
      input.onmidimessage = ({ data, timeStamp }): void => {
        const change = data == null ? null : keyChangeOf(data, this.channel)
        if (change !== null) this.listener.onChange(sourceOf(id), change, timeStamp)
      }
    }
  }
}

const sourceOf = (id: string): string => `midi ${id}`
const isThere = ({ state }: MIDIPort): boolean => state !== 'disconnected'
