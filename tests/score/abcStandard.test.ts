import { describe, expect, it } from 'vitest'
import { ABC_LIMITS, AbcConversionError, readAbc, splitTunebook } from '../../src/score/readAbc.ts'

/** A tune in quarters at 60 per minute, so that a unit length is a second. */
const tune = (music: string, fields = 'M:4/4'): string => `X:1\n${fields}\nL:1/4\nQ:1/4=60\nK:C\n${music}\n`
const NAMES = ['C', '^C', 'D', '^D', 'E', 'F', '^F', 'G', '^G', 'A', '^A', 'B']
const name = (pitch: number): string => NAMES[pitch % 12]!
/** The names of the notes as they sound, an octave apart alike. */
const played = (abc: string): string =>
  readAbc(abc)
    .notes.map(({ pitch }) => name(pitch))
    .join(' ')
const timed = (abc: string): [number, number, number][] =>
  readAbc(abc).notes.map(({ pitch, startSeconds, endSeconds }) => [pitch, round(startSeconds), round(endSeconds)])
const round = (value: number): number => Math.round(value * 1e4) / 1e4

describe('the order in which a tune is played', () => {
  it.each([
    // Right values by abc2midi 4.84 where it reads the notation, by the standard's text elsewhere.
    ['|: C D :| E', 'C D C D E'],
    ['C D :| E F :| G', 'C D C D E F E F G'],
    ['|:: C ::| D', 'C C C D'],
    ['C || D :| E || F :| G', 'C D C D E F F G'],
    ['|: C || D :| E', 'C D C D E'],
    ['|: C |1 D :|2 E |]', 'C D C E'],
    ['|: C [1 D :| [2 E |]', 'C D C E'],
    ['C |1 D :|2 E || F :| G', 'C D C E F F G'],
    ['C :| D |1 E :|2 F |]', 'C C D E D F'],
    ['C |1 D :|2 E || F |1 G :|2 A |]', 'C D C E F G F A'],
    ['|: C |1,3 D :|2 E :|4 F |]', 'C D C E C D C F'],
    ['|: C |1-3 D :|4 E |]', 'C D C D C D C E'],
    ['|: C |1 D :| E', 'C D C E'],
    ['|: C |1 D |2 E |] F', 'C D C E F'],
    ['|: C :: D :|', 'C C D D'],
    ['|: C :|: D :|', 'C C D D'],
    ['|: C :|]', 'C C'],
    ['C D [|]:|', 'C D C D'],
    ['|:"A" C ["1."D :|["2."E |]', 'C D C E'],
    ['C :| D ||1 E :|2 F |]', 'C C D E D F'],
    ['C :| D || [1 E :| [2 F |]', 'C C D E D F'],
    ['|: C |\\\n1 D :|2 E |]', 'C D C E'],
    ['|: C |\\\n[1 D :|\\\n2 E |]', 'C D C E'],
    ['C |: D ||: E :|', 'C D E E'],
    ['|: C :] D', 'C C D'],
  ])('%s', (music, expected) => expect(played(tune(music))).toBe(expected))

  it.each([
    ['ABA', 'C D C'],
    ['(AB)2', 'C D C D'],
    ['A.B.(AB)2.A3', 'C D C D C D C C C'],
    ['((AB)2A)2', 'C D C D C C D C D C'],
    ['AXB', 'C D'],
  ])('P:%s', (order, expected) => {
    expect(played(tune('P:A\nC|\nP:B\nD|', `P:${order}\nM:4/4`))).toBe(expected)
  })

  it('plays what stands before the first part, and the repeats of each', () => {
    expect(played(tune('G|\nP:A\nC :|\nP:B\n|: D |1 E :|2 F |]', 'P:ABA\nM:4/4'))).toBe('G C C D E D F C C')
    expect(played(tune('P:A\nC|\nP:B\nD|'))).toBe('C D')
  })

  it.each([
    ['C D !D.C.! |]', 'C D C D'],
    ['C !fine! | D E !D.C.! |]', 'C D E C'],
    ['C D !fine!| E !D.C.alfine!|]', 'C D E C D'],
    ['C | !segno! D | E !D.S.! |]', 'C D E D E'],
    ['|: C :| D !fine! | E !D.C.! |]', 'C C D E C D'],
    ['|: C |1 D :|2 E !fine!|] F !D.C.alfine!|]', 'C D C E F C E'],
    ['C !coda! D | E !D.C.alcoda! | !coda! F |]', 'C D E C F'],
    ['C | !segno! D !dacoda! | E !D.S.alcoda! | !coda! F |]', 'C D E D F'],
    ['C D |]!D.C.!', 'C D C D'],
    ['C !fine! | D +D.C.+ |]', 'C D C'],
    ['C !fine! | D !D.C. al fine! |]', 'C D C'],
  ])('%s', (music, expected) => expect(played(tune(music))).toBe(expected))

  it('takes signs that U: gives a meaning', () => {
    expect(played(tune('C D H|]', 'U:H = !D.C.!\nM:4/4'))).toBe('C D C D')
  })
})

describe('ties, slurs and ornaments', () => {
  it.each([
    ['C2- C2', [[60, 0, 4]]],
    ['C2-|C2 D', [[60, 0, 4], [62, 4, 5]]], // prettier-ignore
    ['C-D', [[60, 0, 1], [62, 1, 2]]], // prettier-ignore
    ['(C C)', [[60, 0, 1], [60, 1, 2]]], // prettier-ignore
    ['^c-|c c', [[73, 0, 2], [72, 2, 3]]], // prettier-ignore
    ['C-(C D)', [[60, 0, 2], [62, 2, 3]]], // prettier-ignore
    ['[CE]-[CG]', [[60, 0, 2], [64, 0, 1], [67, 1, 2]]], // prettier-ignore
    ['|: C- |1 C :|2 C2 |]', [[60, 0, 2], [60, 2, 5]]], // prettier-ignore
    ['|: C D- :| D', [[60, 0, 1], [62, 1, 2], [60, 2, 3], [62, 3, 5]]], // prettier-ignore
    ['{d}c {/e}d {fgf}e', [[72, 0, 1], [74, 1, 2], [76, 2, 3]]], // prettier-ignore
    ['Tc !trill!d ~e Mf !roll!g', [[72, 0, 1], [74, 1, 2], [76, 2, 3], [77, 3, 4], [79, 4, 5]]], // prettier-ignore
    ['{^c}d c', [[74, 0, 1], [72, 1, 2]]], // prettier-ignore
    ['"Am"C "G7"[CE] "^text"D', [[60, 0, 1], [60, 1, 2], [64, 1, 2], [62, 2, 3]]], // prettier-ignore
  ])('%s', (music, expected) => expect(timed(tune(music))).toEqual(expected))

  it('writes macros out, with their grace notes left out', () => {
    expect(played(tune('~G z', 'm: ~n = n{o}m/n/\nM:4/4'))).toBe('G F G')
    expect(played(tune('xC', 'm: x = D\nM:4/4'))).toBe('D C')
  })

  it('takes words and their continuation for words', () => {
    expect(played(tune('CDEF|\nw:la la\n+:more de fa\nGABc|\nW:end'))).toBe('C D E F G A B C')
  })
})

describe('rhythm', () => {
  it.each([
    ['(3CDE F', 'M:4/4', [0, 2 / 3, 4 / 3, 2]],
    ['(3C>DE F', 'M:4/4', [0, 1, 4 / 3, 2]],
    ['(3(3CDE F', 'M:4/4', [0, 2 / 3, 4 / 3, 2]],
    ['((3(3CDE F)', 'M:4/4', [0, 2 / 3, 4 / 3, 2]],
    ['(3C(3DEF G A', 'M:4/4', [0, 2 / 3, 10 / 9, 14 / 9, 2, 3]],
    ['(3:2:1C D', 'M:4/4', [0, 2 / 3]],
    ['(3:2:2C2D E', 'M:4/4', [0, 4 / 3, 2]],
    ['(3::2C2D E', 'M:4/4', [0, 4 / 3, 2]],
    ['(3::CDE F', 'M:4/4', [0, 2 / 3, 4 / 3, 2]],
    ['(2CD E', 'M:6/8', [0, 1.5, 3]],
    ['(4CDEF G', 'M:6/8', [0, 0.75, 1.5, 2.25, 3]],
    ['(5CDEFG A', 'M:6/8', [0, 0.6, 1.2, 1.8, 2.4, 3]],
    ['(5CDEFG A', 'M:4/4', [0, 0.4, 0.8, 1.2, 1.6, 2]],
    ['(5CDEFG A', 'M:3/4', [0, 0.4, 0.8, 1.2, 1.6, 2]],
    ['(7CDEFGAB c', 'M:9/8', [0, 3 / 7, 6 / 7, 9 / 7, 12 / 7, 15 / 7, 18 / 7, 3]],
    ['(6CDEFGA B', 'M:4/4', [0, 1 / 3, 2 / 3, 1, 4 / 3, 5 / 3, 2]],
    ['C>D E<F', 'M:4/4', [0, 1.5, 2, 2.5]],
    ['C>>D E<<<F', 'M:4/4', [0, 1.75, 2, 2.125]],
    ['C > D', 'M:4/4', [0, 1.5]],
    ['C>D/E', 'M:4/4', [0, 1, 1.5]],
    ['C/D//E3/2F', 'M:4/4', [0, 0.5, 0.75, 2.25]],
  ])('%s in %s', (music, metre, starts) => {
    expect(timed(tune(music, metre)).map(([, start]) => start)).toEqual(starts.map(round))
  })

  it.each([
    ['M:C', 4, 4],
    ['M:C|', 2, 2],
    ['M:2/2', 2, 2],
    ['M:3/2', 3, 2],
    ['M:5/8', 5, 8],
    ['M:9/4', 9, 4],
    ['M:11/8', 11, 8],
    ['M:(2+2+3)/8', 7, 8],
    ['M:2+2+3/8', 7, 8],
    ['M:2/4+3/8', 7, 8],
    ['M: 6/8 % jig', 6, 8],
  ])('%s', (field, numerator, denominator) => {
    expect(readAbc(tune('C', field)).timeSignatures).toEqual([{ timeSeconds: 0, numerator, denominator }])
  })

  it('says no metre if there is none', () => {
    expect(readAbc(tune('C D', 'M:none')).timeSignatures).toEqual([])
    expect(timed('X:1\nM:none\nK:C\nCD|').map(([, , end]) => end)).toEqual([0.25, 0.5])
  })

  it.each([
    ['M:2/4', 0.125],
    ['M:3/4', 0.25],
    ['M:C|', 0.25],
    ['M:6/8', 0.25],
    ['M:5/8', 0.125],
  ])('has the unit length of %s where none is said', (field, seconds) => {
    expect(timed(`X:1\n${field}\nK:C\nC|`)).toEqual([[60, 0, seconds]])
  })

  it.each([
    ['Q:1/4=120', 120],
    ['Q:1/4=120.00', 120],
    ['Q:1/4=92.5', 92.5],
    ['Q:3/8=60', 90],
    ['Q:1/2=60', 120],
    ['Q:"Slow" 1/4=50', 50],
    ['Q:1/4=50 "Slow"', 50],
    ['Q:1/4 3/8 1/4=40', 140],
    ['Q:96', 96],
    ['Q:C=120', 60],
    ['Q:C3=40', 60],
    ['Q:"Allegro"', 120],
  ])('%s is %f quarters per minute', (field, qpm) => {
    expect(readAbc(`X:1\nM:4/4\nL:1/8\n${field}\nK:C\nC|`).tempos).toEqual([{ timeSeconds: 0, qpm }])
  })

  it('changes tempo and metre where they are written, also when a repeat comes back to it', () => {
    const { tempos, timeSignatures, notes } = readAbc(tune('|: C [Q:1/4=120] D :| [M:3/8] E'))
    expect(tempos.map(({ timeSeconds, qpm }) => [timeSeconds, qpm])).toEqual([
      [0, 60],
      [1, 120],
      [1.5, 60],
      [2.5, 120],
    ])
    expect(timeSignatures.map((metre) => Object.values(metre))).toEqual([
      [0, 4, 4],
      [3, 3, 8],
    ])
    expect(notes.map(({ endSeconds }) => endSeconds)).toEqual([1, 1.5, 2.5, 3, 3.5])
  })
})

describe('pitch', () => {
  it.each([
    ['^C c C|c', 'C', [61, 73, 61, 72]],
    ['F f =F|F', 'D', [66, 78, 65, 66]],
    ['C F G c', 'HP', [61, 66, 67, 73]],
    ['C F G c', 'Hp', [61, 66, 67, 73]],
    ['F B', 'D exp ^b', [65, 72]],
    ['F B', 'D =f', [65, 71]],
    ['F C', 'Dmix=c', [66, 60]],
    ['F', 'G mixolydian', [65]],
    ['C', 'A', [61]],
    ['C', 'Am', [60]],
    ['C', 'C octave=-1', [48]],
    ['C', 'C transpose=2', [62]],
    ['C', 'C clef=treble-8', [48]],
    ['^/C _/E', 'C', [60, 64]],
    ["C,, c''", 'C', [36, 96]],
  ])('%s in K:%s', (music, key, expected) => {
    expect(readAbc(`X:1\nL:1/4\nK:${key}\n${music}|`).notes.map(({ pitch }) => pitch)).toEqual(expected)
  })

  it('is moved by MIDI transpose, which names an instrument, and by nothing that is only printed', () => {
    expect(played(tune('C', '%%MIDI transpose 2\nM:4/4'))).toBe('D')
    expect(played(tune('C\n%%MIDI transpose 4\nC'))).toBe('C E')
    expect(played(tune('C', '%%transpose 2\nM:4/4'))).toBe('C')
  })

  it('plays no accompaniment or drums that directives ask for', () => {
    const fields = '%%MIDI gchord fzcz\n%%MIDI drum dddd 35 35 35 35\n%%MIDI drumon\nM:4/4'
    expect(played(tune('"C"C D', fields))).toBe('C D')
  })

  it.each([
    ['G', 7, 'major'],
    ['Em', 4, 'minor'],
    ['Ador', 7, 'major'],
    ['HP', 2, 'major'],
  ])('K:%s has the signature of a MIDI file', (field, key, mode) => {
    expect(readAbc(`X:1\nK:${field}\nC|`).keySignatures).toEqual([{ timeSeconds: 0, key, mode }])
  })
})

describe('voices', () => {
  const of = (abc: string): [number, number, number][] =>
    readAbc(abc).notes.map(({ instrument, pitch, startSeconds }) => [instrument, pitch, startSeconds])

  it('are instruments that begin together', () => {
    expect(of(tune('V:1\nC D|\nV:2\nE F|\nV:1\nG|'))).toEqual([
      [0, 60, 0],
      [0, 62, 1],
      [0, 67, 2],
      [1, 64, 0],
      [1, 65, 1],
    ])
    expect(of(tune('[V:b]C|[V:a]E|'))).toEqual([
      [0, 60, 0],
      [1, 64, 0],
    ])
  })

  it('need not all have music', () => {
    expect(of(tune('V:2\nC|', 'V:1\nV:2\nM:4/4'))).toEqual([[0, 60, 0]])
  })

  it('have layers of their own', () => {
    expect(of(tune('C D & E2 | F G & A2 |'))).toEqual([
      [0, 60, 0],
      [0, 62, 1],
      [0, 65, 2],
      [0, 67, 3],
      [1, 64, 0],
      [1, 69, 2],
    ])
  })

  it('repeat together', () => {
    expect(played(tune('V:1\nC :| D\nV:2\nE :| F'))).toBe('C C D E E F')
  })

  it('say their program, and whether they are drums', () => {
    const { notes } = readAbc(tune('%%MIDI program 40\nC|\nV:2 clef=perc\nE|'))
    expect(notes.map(({ program, isDrum }) => [program, isDrum])).toEqual([
      [40, false],
      [0, true],
    ])
  })
})

describe('a tunebook', () => {
  it('lets its head set metre, unit length, tempo, macros and signs for all its tunes', () => {
    const book =
      '%abc-2.1\nM:6/8\nL:1/16\nQ:3/8=40\nm: ~n = n/n/\nU: H = !D.C.!\nT:No title of a tune\n\nM: Smith sang this.\n\nX:1\nK:C\n~CH|\n\nX:2\nM:3/4\nK:C\nC|\n'
    const [first, second] = splitTunebook(book).map(({ abc }) => readAbc(abc))
    expect(first!.notes).toHaveLength(4)
    expect(first!.timeSignatures).toMatchObject([{ numerator: 6, denominator: 8 }])
    expect(first!.tempos).toMatchObject([{ qpm: 60 }])
    expect(second!.timeSignatures).toMatchObject([{ numerator: 3, denominator: 4 }])
    expect(second!.totalSeconds).toBe(0.25)
  })

  it('shares its head among its tunes until they are read', () => {
    const head = '%%linebreak $\n'.repeat(3500)
    const tunes = splitTunebook(`${head}\n${'X:1\nK:C\nC\n\n'.repeat(20_000)}`)
    expect(tunes).toHaveLength(20_000)
    expect(tunes.at(-1)!.abc).toHaveLength(head.length + 'X:1\nK:C\nC\n'.length)
  })

  it.each([
    ['directives', '%%text nothing\n'.repeat(70_000)],
    ['one line', `%%${'x'.repeat(1_000_000)}\n`],
  ])('refuses a million characters of %s before its tunes', (_, head) => {
    expect(() => splitTunebook(`${head}X:1\nK:C\nC\n`)).toThrow('limit-directives: more than 50,000 characters')
    expect(() => splitTunebook(head)).toThrow(AbcConversionError)
  })

  it('refuses more tunes than any collection has', () => {
    expect(() => splitTunebook('X:1\n'.repeat(ABC_LIMITS.tunes + 1))).toThrow(
      'limit-tunes: the file holds more than 100,000 tunes',
    )
  })

  it('bounds titles', () => {
    expect(splitTunebook(`X:1\nT:${'long '.repeat(1e5)}\nK:C\nC|`)[0]!.title.length).toBeLessThanOrEqual(200)
  })
})

describe('hostile tunes of at most 50,000 characters', () => {
  const fill = (piece: string): string => piece.repeat(Math.floor(49_000 / piece.length))
  it.each([
    ['repeats', tune(fill('|:C:|')), 'limit-repeats'],
    ['endings', tune(`|:C${'[1-100 C:|'.repeat(4000)}`), 'limit-repeats'],
    ['a section played a hundred times', tune(`|:${'C'.repeat(9000)}|1-100 C:|2D|`), 'limit-notes'],
    ['voices', tune(Array.from({ length: 5000 }, (_, n) => `[V:${n}]C`).join('')), 'limit-voices'],
    ['layers', tune(fill('C&')), 'limit-overlays'],
    ['layers in many bars', tune(fill('C&C&C&C&C&C|')), 'limit-notes'],
    ['notes', tune(fill('C')), 'limit-notes'],
    ['a chord', tune(`[${fill('CEGBdfa')}]`), 'limit-notes'],
    ['ties', tune(fill('C-')), 'limit-notes'],
    ['tempos', tune(fill('[Q:1/4=99]C')), 'limit-changes'],
    ['parts', tune(fill('P:A\nC\n')), 'limit-changes'],
    ['an order of parts', tune('P:A\nC', 'P:(((((((A9)9)9)9)9)9)9)9'), 'limit-repeats'],
    ['macros', tune(fill('~g'), `m: ~n = ${'n'.repeat(150)}`), 'limit-characters'],
    ['a length over nothing', tune('C3/0'), 'limit-length'],
  ])('are refused by count, not by the clock: %s', (_, abc, limit) => {
    expect(() => readAbc(abc)).toThrow(limit)
  })

  it('of long trills are long notes', () => {
    expect(readAbc(tune(fill('TC999|'))).notes.length).toBeLessThan(10_000)
  })
})
