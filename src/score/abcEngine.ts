import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { constants, createContext, Script, type Context } from 'node:vm'
import { type AbcMusic, COLLECT_ABC } from './abcMusic.ts'

/** A running abc2svg. */
export interface Engine {
  readonly library: Script
  readonly freeze: Script
  readonly collect: Script
}

let loaded: Engine | null = null

/** The library, compiled by the first tune: whoever reads MIDI only should not wait for it. */
export function abcEngine(): Engine {
  if (loaded === null) {
    const file = createRequire(import.meta.url).resolve('abc2svg/abc2svg-1.js')
    loaded = {
      library: new Script(readFileSync(file, 'utf8'), { filename: 'abc2svg-1.js' }),
      freeze: new Script(FREEZE),
      collect: new Script(COLLECT_ABC, { filename: 'collect.js' }),
    }
  }
  return loaded
}

/** Nothing that a tune could do to these outlives it. */
const FREEZE = `
  [Object, Function, Array, String, Number, Boolean, RegExp, Date, Error, Map, Set].forEach(function (type) {
    Object.freeze(type.prototype)
    Object.freeze(type)
  })
  Object.freeze(abc2svg.C)`

/**
 * A world of its own for tunes: the library and nothing of this process. There is no `require`, no `process` and no
 * file, no object of ours leads out of it, and text cannot become code (nor WebAssembly) in it.
 */
export function abcContext(): Context {
  const context = createContext(constants.DONT_CONTEXTIFY, { codeGeneration: { strings: false, wasm: false } })
  const { library, freeze } = abcEngine()
  library.runInContext(context)
  freeze.runInContext(context)
  return context
}

/** Each tune has an `Abc` of its own; its context is recreated after a number of tunes, or after an error. */
const TUNES_PER_CONTEXT = 200
let world: { readonly context: Context; tunes: number } | null = null

/**
 * What abc2svg reads in a tune, as plain data. It draws nothing: without a place for its pictures it only parses. Text
 * goes in, JSON comes out.
 * @throws what the library throws, an `Error` of the tune's own world.
 */
export function abcMusic(abc: string): AbcMusic {
  const { context, tunes } = world ?? { context: abcContext(), tunes: 0 }
  world = null // stays so when the tune throws or is stopped
  context['input'] = abc
  const music = JSON.parse(String(abcEngine().collect.runInContext(context))) as AbcMusic
  world = tunes + 1 < TUNES_PER_CONTEXT ? { context, tunes: tunes + 1 } : null
  return music
}
