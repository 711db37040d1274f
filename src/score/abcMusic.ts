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

/** A script that walks over the library's symbols of the tune in `input`, in the tune's own world; its value is `AbcMusic` as JSON. */
export const COLLECT_ABC = `(function () {
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
