/** One tune of an ABC tunebook. */
export interface AbcTune {
  /** What follows `X:`; not always a number, nor the only one of its kind in a book. */
  readonly reference: string
  /** The first `T:` field; empty when there is none. */
  readonly title: string
  /** The first `K:` field as written, without comment, such as `Ador`; empty when there is none. */
  readonly key: string
  readonly mode: AbcMode
  /** The tune alone, with the directives (`%%…`) that the book puts before its first tune. */
  readonly abc: string
}

/** `none` for a tune that says no key (`K:none`, bagpipes' `K:HP`, explicit accidentals, no `K:` at all). */
export type AbcMode = (typeof ABC_MODES)[number]
export const ABC_MODES = ['major', 'minor', 'dorian', 'mixolydian', 'phrygian', 'lydian', 'locrian', 'none'] as const

/** The first three letters of a mode's name, in any case, decide. */
const MODE_BY_LETTERS: Readonly<Record<string, AbcMode>> = {
  maj: 'major',
  ion: 'major',
  min: 'minor',
  aeo: 'minor',
  dor: 'dorian',
  mix: 'mixolydian',
  phr: 'phrygian',
  lyd: 'lydian',
  loc: 'locrian',
  exp: 'none',
}

/**
 * The mode that a `K:` field names.
 * @example abcMode('A dorian') // 'dorian'
 * @example abcMode('Bbm') // 'minor'
 */
export function abcMode(key: string): AbcMode {
  const match = /^[A-G][#b]?\s*([A-Za-z]*)(.?)/.exec(key)
  if (!match) return 'none'
  const [, word = '', after] = match
  // A word before an equals sign is a setting, such as clef=bass, and no mode.
  if (word === '' || after === '=') return 'major'
  if (word === 'm') return 'minor'
  return MODE_BY_LETTERS[word.slice(0, 3).toLowerCase()] ?? 'major'
}

/**
 * Takes a tunebook apart: a tune begins at a line `X:` and ends at the next one or at an empty line. Text that is in no
 * tune is left out, but for directives before the first tune, which hold for all. A text without `X:` gives no tune.
 * @example splitTunebook('X:1\nT:Scale\nK:C\nCDEF|').map((tune) => tune.title) // ['Scale']
 */
export function splitTunebook(text: string): AbcTune[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)
  const directives: string[] = []
  const tunes: string[][] = []
  let current: string[] | null = null
  for (const line of lines) {
    if (/^X:/.test(line)) {
      current = [line]
      tunes.push(current)
    } else if (line.trim() === '') current = null
    else if (current) current.push(line)
    else if (tunes.length === 0 && line.startsWith('%%')) directives.push(line)
  }
  return tunes.map((tune) => describeTune(tune, directives))
}

function describeTune(lines: readonly string[], directives: readonly string[]): AbcTune {
  const key = fieldOf(lines, 'K')
  return {
    reference: fieldOf(lines, 'X'),
    title: fieldOf(lines, 'T'),
    key,
    mode: abcMode(key),
    abc: `${[lines[0] as string, ...directives, ...lines.slice(1)].join('\n')}\n`,
  }
}

/** The first field of a letter, without its comment; empty when there is none. */
function fieldOf(lines: readonly string[], letter: string): string {
  const line = lines.find((candidate) => candidate.startsWith(`${letter}:`)) ?? ''
  return line.slice(2).replace(/%.*$/, '').trim()
}
