import { runInContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { abcContext } from '../../src/score/abcEngine.ts'
import { canonicalAbc } from '../../src/score/canonicalAbc.ts'
import { readAbc } from '../../src/score/readAbc.ts'

const evil = `this.constructor.constructor('return process')().exit(7)`
const tune = (before: string, music = 'CDEF|'): string => {
  return `${['X:1', before, 'M:4/4', 'L:1/4', 'K:C', music].filter((line) => line !== '').join('\n')}\n`
}
const pitches = (abc: string): number[] => readAbc(abc).notes.map(({ pitch }) => pitch)
const scale = [60, 62, 64, 65]

describe('the context that ABC is read in', () => {
  it('holds nothing of this process', () => {
    const names = ['process', 'require', 'module', 'global', 'Buffer', 'fetch', 'setTimeout', 'document', 'window']
    for (const name of names) expect(runInContext(`typeof ${name}`, abcContext())).toBe('undefined')
    expect(runInContext(`typeof abc2svg.Abc`, abcContext())).toBe('function')
  })

  it.each([
    `this.constructor.constructor('return process')()`,
    `abc2svg.constructor.constructor('return process')()`,
    `(function () {}).constructor('return this')()`,
    `eval('1')`,
    `new Function('return 1')()`,
    `(async () => {}).constructor('return 1')`,
    `new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))`,
    `input.constructor.constructor('return process')()`,
  ])('makes no code of text: %s', (code) => {
    const context = abcContext()
    context['input'] = 'X:1'
    expect(() => runInContext(code, context)).toThrow(/Code generation from strings disallowed|wasm/i)
  })

  it('has no file and no module to load', async () => {
    await expect(runInContext(`import('node:fs')`, abcContext())).rejects.toThrow('dynamic import')
  })

  it('runs no block of a tune that reaches the library all the same', () => {
    const context = abcContext()
    context['input'] = tune(`%%beginjs\n${evil}\n%%endjs`)
    const parse = `
      var messages = []
      var abc = new abc2svg.Abc({ errmsg: function (text) { messages.push(text) } })
      abc.tosvg('t', input)`
    expect(() => runInContext(parse, context)).toThrow('Code generation from strings disallowed')
  })

  it('keeps nothing from one tune to the next', () => {
    runInContext(`Object.prototype.polluted = 1; abc2svg.C.BLEN = 1`, abcContext())
    expect(runInContext(`({}).polluted`, abcContext())).toBeUndefined()
    expect(pitches(tune(''))).toEqual(scale)
  })
})

/** Blocks and directives that the library would act on, as they may be written. */
const directives = [
  `%%beginjs\n${evil}\n%%endjs`,
  `%%beginjs ${evil}\n%%endjs`,
  `%% beginjs\n${evil}\n%% endjs`,
  `%%BeginJS\n${evil}\n%%EndJS`,
  `I:beginjs\n${evil}\nI:endjs`,
  `I: beginjs\n${evil}\n%%endjs`,
  `%%beginml\n<script>${evil}</script>\n%%endml`,
  `%%beginsvg\n<style>a{}</style><defs>\n<script>${evil}</script></defs>\n%%endsvg`,
  `%%beginps\n(${evil}) run\n%%endps`,
  `%%begintext\n${evil}\n%%endtext`,
  '%%abc-include /etc/passwd',
  'I:abc-include /etc/passwd',
  '%%abc-include "file:///etc/passwd"',
  '%%abcm2ps !\n%!beginjs\n%!endjs',
  '%%ss-pref !\n%!beginml\n%!endml',
  '%%abc %%beginjs',
  '%%begingrid\n%%endgrid',
  '%%jazzchord 1\n%%MIDI program 3\n%%percmap D pedal-hi-hat x',
  '%%select (a+)+$\n%%tune (a+)+$\n%%voice (a+)+$',
  '%%map m C play=G\n%%voicemap m\n%%transpose 12',
  `U: J = [I:beginjs]\nU: K = [I:abc-include /etc/passwd]`,
  `m: ~g = [I:beginjs]`,
]

describe('canonicalAbc on what strangers write', () => {
  it.each(directives)('lets nothing pass of %j', (directive) => {
    const { abc } = canonicalAbc(tune(directive))
    expect(abc).not.toMatch(/%|I:|begin|include|constructor|script|passwd|voicemap/i)
    expect(pitches(tune(directive))).toEqual(scale)
  })

  it.each(directives)('lets nothing pass in the music of %j', (directive) => {
    const { abc } = canonicalAbc(tune('', `CD|\n${directive}\nEF|`))
    expect(abc).not.toMatch(/%|I:|begin|include|constructor|script|passwd|voicemap/i)
    expect(pitches(tune('', `CD|\n${directive}\nEF|`))).toEqual(scale)
  })

  it.each([
    'C[I:beginjs]DEF|',
    'C[I:abc-include /etc/passwd]DEF|',
    'C[I[I:x]:beginjs]DEF|',
    'C[I:beginjs DEF|',
    '"[I:beginjs]"CDEF|',
    '~gJK CDEF|',
  ])('lets no inline field pass: %s', (music) => {
    const { abc } = canonicalAbc(tune(`U: J = [I:beginjs]\nm: ~g = [I:beginjs]`, music))
    expect(abc).not.toMatch(/I:|include|passwd/)
  })

  it('drops all behind a block without an end', () => {
    const { abc } = canonicalAbc(tune('', `CDEF|\n%%beginjs\n${evil}`))
    expect(abc).not.toContain('constructor')
    expect(pitches(tune('', `CDEF|\n%%beginjs\n${evil}`))).toEqual(scale)
  })

  it.each(['__proto__', 'constructor', 'toString', '*', '1,2,3'])('renames the voice %s', (id) => {
    const { abc } = canonicalAbc(tune('', `V:${id} name="${id}" map=${id}\nCDEF|`))
    expect(abc).not.toContain(id)
    expect(pitches(tune('', `V:${id} map=${id}\nCDEF|`))).toEqual(scale)
  })

  it('writes only fields that it knows', () => {
    const lines = canonicalAbc(tune('T:%%beginjs\nN:x\nZ:y\nw:a\nr:b\nH:c', 'CDEF|\nw:la la\n+:more\nW:all\nT:end'))
    expect(lines.abc.split('\n').filter((line) => /^[A-Za-z+%]:?:/.test(line) && !/^[XMLKV]:/.test(line))).toEqual([])
  })
})
