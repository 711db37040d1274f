/** The endings of MIDI files' names, in any case. */
export const MIDI_ENDINGS = ['.mid', '.midi', '.kar', '.smf', '.rmi'] as const

/** Whether a file is MIDI by its name's ending. Hidden and AppleDouble files do not count. */
export function isMidiName(name: string): boolean {
  const dot = name.lastIndexOf('.')
  return !name.startsWith('.') && dot > 0 && (MIDI_ENDINGS as readonly string[]).includes(name.slice(dot).toLowerCase())
}
