import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { constants, createContext, Script, type Context } from 'node:vm'

/** What a tune says, voice by voice and once each, in parts of a whole note (`ABC_WHOLE` make one). */
export interface AbcMusic {
  readonly voices: readonly AbcVoiceMusic[]
  /** Bars of all voices, in the order of the voices: where, the sign such as `:|`, the numbers of an ending. */
  readonly bars: readonly (readonly [time: number, sign: string, numbers: string])[]
  readonly metres: readonly (readonly [time: number, top: number, bottom: number])[]
  /** `sharps` is negative for flats; the mode counts from 0 = major as C, D, E … do on the white keys. */
  readonly keys: readonly (readonly [time: number, sharps: number, mode: number])[]
  readonly tempos: readonly (readonly [time: number, quartersPerMinute: number])[]
  readonly parts: readonly (readonly [time: number, label: string])[]
  /** Navigation marks: where their note or bar begins, where it ends, and the name. */
  readonly marks: readonly (readonly [from: number, to: number, name: string])[]
  readonly end: number
}

/** The notes of a voice. */
export interface AbcVoiceMusic {
  /** The voice's name; that of the voice it lies over with an `o` for a layer of its own (`&`). */
  readonly id: string
  readonly notes: readonly AbcNote[]
}

/** Pitches of one moment; those of `tied` are tied to what follows. */
export type AbcNote = readonly [time: number, length: number, pitches: readonly number[], tied: readonly number[]]

/** Parts of a whole note in which abc2svg counts. */
export const ABC_WHOLE = 1536

/** Walks over the library's symbols, in the tune's own world. */
const COLLECT = `(function () {
  'use strict'
  var C = abc2svg.C
  var music = { voices: [], bars: [], metres: [], keys: [], tempos: [], parts: [], marks: [], end: 0 }
  function metre(s, time) {
    var m = s && s.a_meter && s.a_meter[0]
    if (m && m.bot) music.metres.push([time, +m.top, +m.bot])
  }
  function key(s, time) {
    if (s && s.k_sf !== undefined && !s.k_none) music.keys.push([time, s.k_sf, s.k_mode || 0])
  }
  function note(s, notes) {
    var pitches = [], tied = []
    for (var i = 0; i <= s.nhd; i++) {
      pitches.push(s.notes[i].midi)
      if (s.notes[i].tie_ty) tied.push(s.notes[i].midi)
    }
    notes.push([s.time, s.dur, pitches, tied])
  }
  function symbol(s, notes) {
    if (s.part) music.parts.push([s.part.time, s.part.text])
    if (s.a_dd) s.a_dd.forEach(function (d) { music.marks.push([s.time, s.time + s.dur, d.name]) })
    if (s.type === C.NOTE) note(s, notes)
    else if (s.type === C.BAR) music.bars.push([s.time, s.bar_type, s.text || ''])
    else if (s.type === C.METER) metre(s, s.time)
    else if (s.type === C.KEY) key(s, s.time)
    else if (s.type === C.TEMPO && s.tempo) {
      var beat = s.tempo_notes.reduce(function (sum, each) { return sum + each }, 0)
      music.tempos.push([s.time, (s.tempo * beat * 4) / C.BLEN])
    }
    music.end = Math.max(music.end, s.time + (s.dur || 0))
  }
  function collect(first, voices) {
    voices.forEach(function (voice, n) {
      if (n === 0) {
        metre(voice.meter, 0)
        key(voice.key, 0)
      }
      var notes = []
      for (var s = voice.sym; s; s = s.next) symbol(s, notes)
      music.voices.push({ id: String(voice.id), notes: notes })
    })
  }
  var silent = function () {}
  var abc = new abc2svg.Abc({ errmsg: silent, errbld: silent, get_abcmodel: collect })
  abc.tosvg('tune', input)
  return JSON.stringify(music)
})()`

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
      collect: new Script(COLLECT, { filename: 'collect.js' }),
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
