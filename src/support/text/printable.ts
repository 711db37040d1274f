/**
 * What a terminal would obey instead of show: control characters of ASCII (escape sequences begin with one) and of Latin-1,
 * and the marks that turn the direction of writing, with which a name can read as another.
 */
// eslint-disable-next-line no-control-regex
const OBEYED = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/**
 * A text of unknown origin, such as a file's name or title, as one line that a terminal only shows. JSON stays the same
 * value: the escapes are JSON's own.
 * @example printable('a\u001b[31mb\nc') // a\u001b[31mb\u000ac
 */
export function printable(text: string): string {
  return text.replace(OBEYED, escaped)
}

/** As `printable` for text of several lines: line breaks and tabs stay. */
export function printableLines(text: string): string {
  return text.replace(OBEYED, (character) =>
    character === '\n' || character === '\t' ? character : escaped(character),
  )
}
