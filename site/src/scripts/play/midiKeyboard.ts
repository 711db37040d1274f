/** A MIDI keyboard that cannot be had; the message says what to do. */
export class MidiKeyboardError extends Error {
  override readonly name = 'MidiKeyboardError'
}

export interface MidiKeyboard {
  /** Names of the inputs that are connected. */
  names(): string[]
  close(): void
}

const NOTE_ON = 0x90

/**
 * Listens to every MIDI input, those connected later too.
 * @param onNote pitch of a key that is struck.
 * @throws MidiKeyboardError
 */
export async function openMidiKeyboard(onNote: (pitch: number) => void, onChange: () => void): Promise<MidiKeyboard> {
  if (typeof navigator.requestMIDIAccess !== 'function')
    throw new MidiKeyboardError(
      'This browser has no Web MIDI: draw the primer, play it on the computer’s keyboard, or open a MIDI file.',
    )
  const access = await navigator.requestMIDIAccess().catch(() => {
    throw new MidiKeyboardError(
      'The browser did not allow MIDI: allow it in the page’s settings and press again, or draw the primer.',
    )
  })
  const listen = ({ data }: MIDIMessageEvent): void => {
    const [status = 0, pitch = 0, velocity = 0] = data ?? []
    if ((status & 0xf0) === NOTE_ON && velocity > 0) onNote(pitch)
  }
  const listenToAll = (): void => access.inputs.forEach((input) => (input.onmidimessage = listen))
  listenToAll()
  access.onstatechange = () => {
    listenToAll()
    onChange()
  }
  return {
    names: () => [...access.inputs.values()].map(({ name }) => name ?? 'a keyboard without a name'),
    close() {
      access.onstatechange = null
      access.inputs.forEach((input) => (input.onmidimessage = null))
    },
  }
}
