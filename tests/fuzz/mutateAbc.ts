import type { Random } from '../../src/support/random.ts'

type Draw = (below: number) => number
type Mutation = (abc: string, draw: Draw, donor: string) => string

/** Words of the notation where they do not belong, and numbers no tune has. */
const TOKENS = [
  ...['|:', ':|', '::', '[1', '[2', '[1-99', '|]', '[|', '||', '(3', '(9:9:9', '(2:0:0', '{', '}', '[', ']', '(', ')'],
  ...['!', '!trill!', '!D.C.!', '!segno!', '!fine!', '+', '&', '~', '"Am7/', '"', '^^', '__', '=', ',,,,,,', "''''''"],
  ...['0', '/0', '//////', '99999', '9/0', '-', '>>>>', '<', 'z99', 'Z99', 'x', 'y', '\\', '$', '%', '%%', '`', '*'],
  ...['[K:', '[M:0/0]', '[L:1/0]', '[Q:0]', '[V:2]', '[r:', '\0', '\uFFFF', '\u{1F3B5}', '\t', '\n', '\n\n', '\r'],
]
const FIELDS = [
  ...[
    'K:none',
    'K:HP',
    'K:C clef=none',
    'K:Q#zz',
    'K: exp ^^^',
    'M:0/4',
    'M:4/0',
    'M:99999/1',
    'M:C|',
    'M:none',
    'M:1+2+3/8',
  ],
  ...[
    'L:1/0',
    'L:0',
    'L:99999',
    'L:1/99999',
    'Q:0',
    'Q:1/4=0',
    'Q:1/4=99999',
    'Q:1/0=60',
    'Q:-1',
    'V:1',
    'V:99',
    'P:A9B9(AB)99',
  ],
  ...['X:', 'T:', 'w:a-b_c|*~', 'U:T=!trill!', 'm:~n3=n', 'r:', 's:|', '%%MIDI program 999', '%%MIDI transpose 9999'],
  ...[
    '%%score (1 2) {3}',
    '%%staves [1 2]',
    '%%MIDI drum dddd 1 2 3',
    '%%abc-version 9',
    '%%begintext',
    'I:linebreak $',
  ],
]

const insertToken: Mutation = (abc, draw) => {
  const at = draw(abc.length + 1)
  return abc.slice(0, at) + (TOKENS[draw(TOKENS.length)] as string).repeat(1 + draw(3)) + abc.slice(at)
}

const changeCharacter: Mutation = (abc, draw) => {
  const at = draw(abc.length)
  const code = draw(10) === 0 ? draw(0x10000) : draw(128)
  return abc.slice(0, at) + String.fromCharCode(code) + abc.slice(at + 1)
}

const cutOut: Mutation = (abc, draw) => {
  const at = draw(abc.length)
  return abc.slice(0, at) + abc.slice(at + 1 + draw(20))
}

const truncate: Mutation = (abc, draw) => abc.slice(0, draw(abc.length + 1))

const repeatStretch: Mutation = (abc, draw) => {
  const at = draw(abc.length)
  return abc.slice(0, at) + abc.slice(at, at + 1 + draw(40)).repeat(1 + draw(draw(10) === 0 ? 500 : 20)) + abc.slice(at)
}

const splice: Mutation = (abc, draw, donor) => abc.slice(0, draw(abc.length)) + donor.slice(draw(donor.length))

const insertField: Mutation = (abc, draw) => {
  const lines = abc.split('\n')
  lines.splice(draw(lines.length + 1), 0, FIELDS[draw(FIELDS.length)] as string)
  return lines.join('\n')
}

const swapLines: Mutation = (abc, draw) => {
  const lines = abc.split('\n')
  const [a, b] = [draw(lines.length), draw(lines.length)]
  const held = lines[a] as string
  lines[a] = lines[b] as string
  lines[b] = held
  return lines.join('\n')
}

const changeNumber: Mutation = (abc, draw) => {
  const numbers = [...abc.matchAll(/\d+/g)]
  const found = numbers[draw(numbers.length)]
  if (found === undefined) return insertToken(abc, draw, abc)
  const number = ['0', '1', '7', '64', '99', '128', '9999', '99999', '1000000'][draw(9)] as string
  return abc.slice(0, found.index) + number + abc.slice(found.index + found[0].length)
}

const MUTATIONS: readonly Mutation[] = [
  ...[insertToken, changeCharacter, cutOut, truncate, repeatStretch],
  ...[splice, insertField, swapLines, changeNumber],
]

/**
 * A damaged ABC tune: one to six mutations of `abc`, some with parts of `donor`. The same random stream gives the same
 * text. At most 60,000 characters, above what the reader takes.
 * @example mutateAbc('X:1\nK:C\nCDEF|', 'X:2\nK:G\nGABc|', mulberry32(7))
 */
export function mutateAbc(abc: string, donor: string, random: Random): string {
  const draw: Draw = (below) => Math.floor(random.next() * below)
  let result = abc
  for (let n = 1 + draw(6); n > 0 && result.length > 0; n--) {
    const mutation = MUTATIONS[draw(MUTATIONS.length)] as Mutation
    result = mutation(result, draw, donor).slice(0, 60_000)
  }
  return result
}
