import { describe, expect, it } from 'vitest'
import { readAbc } from '../../src/score/readAbc.ts'
import { ABC_CAUSES, ABC_EXPERIMENTS, inMusic, leavesMuchToAbc2midi, withStarts } from './abcCauses.ts'

const tune = (music: string): string => `X:1\nM:4/4\nL:1/4\nK:C\n${music}\n`
const music = (abc: string): string => abc.split('\n').slice(4, -1).join('\n')
const sound = (abc: string): string =>
  readAbc(abc)
    .notes.map(({ pitch, startSeconds }) => `${pitch}@${startSeconds.toFixed(3)}`)
    .join(' ')
const changed = (n: number, text: string): string => music(ABC_CAUSES[n]!.change(tune(text)))

describe('withStarts', () => {
  it.each([
    ['C |1 D :|2 E || F :|', 'C |1 D :|2 E || |:  F :|'],
    ['C |1 D :|2 E |] F |1 G :|2 A |]', 'C |1 D :|2 E |] |:  F |1 G :|2 A |]'],
    ['|: C :| D :| E :|', '|: C :| |:  D :| |:  E :|'],
    ['C :| D || E :|', 'C :| D || |:  E :|'],
    ['C :|\nP:B\nD :|', 'C :| |: \nP:B\nD :|'],
    ['C | D :|', 'C | D :|'],
    ['C || D :|', 'C || D :|'],
    ['|: C |1 D :|2 E |: F :|', '|: C |1 D :|2 E |: F :|'],
    ['C :: D :| E F |]', 'C :: D :| E F |]'],
    ['C "a:|" [K:D] D |', 'C "a:|" [K:D] D |'],
  ])('%s', (before, after) => expect(music(withStarts(tune(before)))).toBe(after))

  it.each(['C |1 D :|2 E || F :|', '|: C :| D :| E :|', 'C :| D || E :|', 'C |1 D :|2 E |] F |1 G :|2 A |]'])(
    'says what the reader takes for granted: %s',
    (text) => expect(sound(withStarts(tune(text)))).toBe(sound(tune(text))),
  )
})

describe('the experiments that explain a difference', () => {
  it.each([
    [0, 'C !fine! D !trill!E !D.C. al fine!|]', 'C  D !trill!E |]'],
    [2, '|: C |1 D :|2 "S"E :|', '|: C |1 D :|2 E |]'],
    [3, '(5CDEFG (5:3:5CDEFG', '(5:2:5CDEFG (5:3:5CDEFG'],
    [4, 'C!D', 'CD'],
    [5, '+CE+ D', '[CE] D'],
    [6, 'G C:"x"[|]|] D:] ||:E ||1F', 'G C:|] D:| |:E |1F'],
    [6, 'C |\\\n1 D', 'C |1 D'],
    [7, '[Ac]<a3 [A2c2]<a2', '[Ac]a3 [A2c2]<a2'],
    [8, '|: C | D |] |: E :|', '| C | D |] |: E :|'],
    [9, 'C |["Coda" D | E |] ["Am"CE] F|', 'C |"Coda" D | E |] ["Am"CE] F|'],
  ])('cause %i in %s', (n, before, after) => expect(changed(n, before)).toBe(after))

  it('change nothing in a tune without what they name', () => {
    const plain = tune('|: "Am"C2 (3DEF | [CE]2 G>A |1 c4 :|2 d4 |]\n|: e4 :|')
    const same = ABC_CAUSES.filter(({ change }) => sound(change(plain)) !== sound(plain))
    expect(same).toEqual([])
  })

  it('are tried one by one, then two by two', () => {
    expect(ABC_EXPERIMENTS).toHaveLength(10 + 45)
    expect(ABC_EXPERIMENTS[10]).toEqual([ABC_CAUSES[0], ABC_CAUSES[1]])
  })

  it('leave alone what is not music', () => {
    expect(inMusic('T:a!\n%b!\n"c!"d![K:e!]', (text) => text.replace(/!/g, ''))).toBe('T:a!\n%b!\n"c!"d[K:e!]')
    expect(inMusic('G:|!', (text) => text.replace('!', ''))).toBe('G:|')
  })
})

describe('leavesMuchToAbc2midi', () => {
  it.each([
    ['|: C :| |: D :|', false],
    ['C :| |: D |1 E :|2 F |]', false],
    ['C :| D :|', true],
    ['C D !D.C.! |]', true],
    ['C !trill!D |]', false],
  ])('%s', (text, expected) => expect(leavesMuchToAbc2midi(tune(text))).toBe(expected))
})
