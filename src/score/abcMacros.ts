import { counted } from '../support/text/counted.ts'
import { ABC_LIMITS, AbcConversionError } from './abcLimits.ts'

/** A macro (`m:`): what it stands for is written in its place. */
export interface AbcMacro {
  readonly pattern: RegExp
  readonly replacement: (note: string | undefined) => string
}

const LETTERS = 'CDEFGABcdefgab'

/**
 * The macro of an `m:` field; `null` for any other field.
 * @example expandMacros('~G3', [parseMacro('~n3=non')!]) // 'GAG'
 */
export function parseMacro(value: string): AbcMacro | null {
  const [, name, text] = /^([^=\s][^=]*?)\s*=\s*(.*)$/.exec(value) ?? []
  if (name === undefined || text === undefined || name.length > 31 || text.length > 200) return null
  const [before, after] = name.split('n') as [string, string | undefined]
  const escaped = (part: string): string => part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  if (after === undefined) return { pattern: new RegExp(escaped(name), 'g'), replacement: () => text }
  const pattern = new RegExp(`${escaped(before)}([A-Ga-g][,']*)${escaped(after)}`, 'g')
  return { pattern, replacement: (note = 'C') => text.replace(/[h-z]/g, (letter) => stepsFrom(note, letter)) }
}

/** The note that lies as many steps from `note` as the letter from `n`. */
function stepsFrom(note: string, letter: string): string {
  const [, name = 'C', octave = ''] = /^([A-Ga-g])([,']*)$/.exec(note) ?? []
  const octaves = [...octave].reduce((sum, sign) => sum + (sign === "'" ? 1 : -1), 0)
  let place = LETTERS.indexOf(name) + 7 * octaves + letter.charCodeAt(0) - 'n'.charCodeAt(0)
  let marks = ''
  for (; place < 0; place += 7) marks += ','
  for (; place > 13; place -= 7) marks += "'"
  return LETTERS[place] + marks
}

/** A line of music with its macros written out. @throws AbcConversionError when that makes it too long */
export function expandMacros(line: string, macros: readonly AbcMacro[]): string {
  let result = line
  for (const { pattern, replacement } of macros) {
    let length = result.length
    result = result.replace(pattern, (whole: string, note: unknown) => {
      const text = replacement(typeof note === 'string' ? note : undefined)
      length += text.length - whole.length
      if (length > ABC_LIMITS.characters) {
        throw new AbcConversionError(
          `limit-characters: more than ${counted(ABC_LIMITS.characters, 'character')} with macros written out`,
        )
      }
      return text
    })
  }
  return result
}
