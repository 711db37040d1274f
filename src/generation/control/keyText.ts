import { parseTonality, type Tonality, TonalityError } from '../../config/modes.ts'

/**
 * A key as a person names it: a root alone is major, with an m minor, or a mode follows.
 * @throws TonalityError with the value and the remedy.
 * @example parseKey('Dm') // { root: 2, mode: 'aeolian' }
 */
export function parseKey(text: string): Tonality {
  const [root = '', mode] = text.trim().split(/\s+/, 2)
  if (mode !== undefined) return parseTonality(NAMES[mode.toLowerCase()] ?? mode, root)
  const [, letter = '', minor] = /^([a-g](?:#|b)?)(m)?$/i.exec(root) ?? []
  if (letter === '')
    throw new TonalityError(`unknown key "${text}": name a root and a mode, such as "D dorian", G or Am`)
  return parseTonality(minor === undefined ? 'ionian' : 'aeolian', letter)
}

const NAMES: Readonly<Record<string, string>> = { major: 'ionian', minor: 'aeolian' }
