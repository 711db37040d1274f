/** Why a reading of a tune may differ from abc2midi's: an experiment that makes both equal where the cause is the only one. */
export interface AbcCause {
  readonly name: string
  /** What it changes in the tune before abc2midi reads it. */
  readonly change: (abc: string) => string
  /** True where both get the changed tune: it holds something that only one of the two plays. */
  readonly forBoth?: boolean
}

const IN_PLACE = /("[^"]*"|\[[A-Za-z]:[^\]]*\])/
const isMusic = (line: string): boolean => !/^[A-Za-z]:(?![|:])|^%/.test(line)

/** Lines that are music, without their strings and inline fields, changed; all others as they are. */
export function inMusic(abc: string, change: (music: string) => string): string {
  const line = (text: string): string =>
    text
      .split(IN_PLACE)
      .map((piece, n) => (n % 2 === 1 ? piece : change(piece)))
      .join('')
  return abc
    .split('\n')
    .map((text) => (isMusic(text) ? line(text) : text))
    .join('\n')
}

/** The music without its silent strings, with continued lines (`\`) joined, changed as a whole. */
export function inJoinedMusic(abc: string, change: (music: string) => string): string {
  const [head = '', ...rest] = abc.split(/(?<=\nK:[^\n]*\n)/)
  const bare = rest
    .join('')
    .split('\n')
    .map((line) => (isMusic(line) ? line.replace(/(?<!\[)"[^"]*"/g, '') : line))
    .join('\n')
    .replace(/\\\n/g, '')
  return head + change(bare)
}

const BARS = /"[^"]*"|\[[A-Za-z]:[^\]]*\]|(\|\]|\[\||\|+:+|:+\|+|::|\|\||:|\||(?=\[[1-9]))(\s*\[?[1-9][\d,-]*)?/g

/**
 * A tune with `|:` wherever a section is repeated that says no start: at the last end of an ending, `:|` or double bar
 * before its `:|` or first ending.
 */
export function withStarts(abc: string): string {
  const [head = '', ...rest] = abc.split(/(?<=\nK:[^\n]*\n)/)
  const music = rest.join('')
  const starts: number[] = []
  /** Where a section without `|:` begins: `null` at the tune's own beginning and behind a `|:`. */
  let section: number | null = null
  let repeated = false
  let ending = 0
  for (const match of music.matchAll(BARS)) {
    const [whole, bar, numbers] = match
    if (bar === undefined) continue
    const end = match.index + whole.length
    if (bar.startsWith(':') && section !== null && starts.at(-1) !== section) starts.push(section)
    if (bar.startsWith(':')) repeated = true
    if (numbers !== undefined) ending = Math.max(...(numbers.match(/\d+/g) ?? []).map(Number))
    else if (bar.endsWith(':')) section = null
    else if (bar.startsWith(':') || (bar !== '|' && bar !== '' && (ending > 1 || repeated))) section = end
    else continue
    if (numbers === undefined) ending = 0
  }
  const pieces = [0, ...starts].map((from, n) => music.slice(from, starts[n] ?? music.length))
  return head + pieces.join(' |: ')
}

/** Marks that say where to jump. */
const NAVIGATION = /!(?:D\.?[CS]\.?|da ?capo|dal ?segno|da ?coda|segno|coda|fine)[^!|]*!/gi

/** All that explains a difference, in the order in which it is tried. */
export const ABC_CAUSES: readonly AbcCause[] = [
  {
    name: 'D.C. and D.S. are played; abc2midi says that it ignores them (equal without)',
    change: (abc) => inMusic(abc, (music) => music.replace(NAVIGATION, '')),
    forBoth: true,
  },
  {
    name: 'the standard lets |: be left out; abc2midi needs it behind endings, parts and some double bars (equal with it)',
    change: withStarts,
  },
  {
    name: 'a last ending closed by :| ends the section; abc2midi goes back once more, to no ending (equal with |])',
    change: (abc) => inJoinedMusic(abc, (music) => music.replace(/((?:\||\[)[2-9])([^:[]*):\|/g, '$1$2|]')),
  },
  {
    name: '(5, (7 and (9 in 3/4 take the time of 2, as the standard says; abc2midi: of 3 (equal with 2 written)',
    change: (abc) => inMusic(abc, (music) => music.replace(/\(([579])(?!:)/g, '($1:2:$1')),
  },
  {
    name: '! breaks a line in old tunes; abc2midi takes what is between two for a decoration (equal without)',
    change: (abc) => inMusic(abc, (music) => music.replace(/!/g, '')),
  },
  {
    name: '+CE+ is a chord in old tunes; abc2midi drops it (equal with [CE])',
    change: (abc) => inMusic(abc, (music) => music.replace(/\+([A-Ga-g][^+]*)\+/g, '[$1]')),
  },
  {
    name: 'the standard asks to take bars freely: :[|] :] ||: ||1; abc2midi does not (equal with :| |: |1)',
    change: (abc) =>
      inJoinedMusic(abc, (music) =>
        music
          .replace(/\[\|\]/g, '')
          .replace(/:\]/g, ':|')
          .replace(/\|\|(?=[:\d])/g, '|'),
      ),
  },
  {
    name: 'a broken rhythm between a chord and a note of another length is left out; abc2midi plays it (equal without)',
    change: (abc) =>
      inMusic(abc, (music) =>
        music.replace(
          /(\[[_^=]*[A-Ga-g][,']*([\d/]*)[^\]|]*\])[<>]+([_^=]*[A-Ga-g][,']*([\d/]*))/g,
          (whole, chord: string, length: string, note: string, other: string) =>
            length === other ? whole : chord + note,
        ),
      ),
  },
  {
    name: '|: without :| repeats nothing; abc2midi goes back at the next |: (equal without it)',
    change: (abc) => inJoinedMusic(abc, (music) => music.replace(/\|:(?=[^:]*\|:)/g, '|')),
  },
  {
    name: '["text" without a closing bracket is not a chord; abc2midi takes all that follows for one (equal without [)',
    change: (abc) => abc.replace(/\["(?=[^"\n]*"[^\]|\n]*\|)/g, '"'),
  },
]

/** Each cause alone, then each two together. */
export const ABC_EXPERIMENTS: readonly (readonly AbcCause[])[] = [
  ...ABC_CAUSES.map((cause) => [cause]),
  ...ABC_CAUSES.flatMap((a, n) => ABC_CAUSES.slice(n + 1).map((b): AbcCause[] => [a, b])),
]

/**
 * Whether a tune holds what abc2midi reads in its own way: D.C. or D.S., or a section other than
 * the first that is repeated without a `|:`.
 */
export const leavesMuchToAbc2midi = (abc: string): boolean => [0, 1].some((n) => ABC_CAUSES[n]?.change(abc) !== abc)
