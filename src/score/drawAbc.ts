import { type Context, Script } from 'node:vm'
import { abcContext } from './abcEngine.ts'

/** Draws a tune in the library's own world: text in, JSON out. */
const DRAW = new Script(
  `(function () {
  'use strict'
  var drawn = [], errors = []
  var abc = new abc2svg.Abc({
    img_out: function (text) { drawn.push(text) },
    errmsg: function (text) { errors.push(text) },
    errbld: function (severity, text) { errors.push(text) },
  })
  abc.tosvg('layout', layout)
  abc.tosvg('tune', input)
  return JSON.stringify({ drawn: drawn, errors: errors })
})()`,
  { filename: 'draw.js' },
)

/** One world for all drawings: what is drawn are tunes of our own making, and the library takes 45 ms to start. */
let world: Context | null = null

/** Options of drawn ABC. */
export interface DrawOptions {
  /** Pixels of a line of music. */
  readonly width: number
  /** Breaks lines where the width is full instead of where the text does. */
  readonly reflow?: boolean
}

/**
 * The staves of a tune of our own making, an SVG element as text per line of music, in the glyphs of abc2svg's font.
 * @throws Error when abc2svg reports one: a tune that `melodyToAbc` wrote has none.
 */
export function drawAbc(abc: string, { width, reflow = false }: DrawOptions): string[] {
  world ??= abcContext()
  world['input'] = abc
  world['layout'] = [
    '%%fullsvg x', // every line is a drawing of its own, with its styles inside
    `%%pagewidth ${width}px`,
    '%%leftmargin 0px',
    '%%rightmargin 0px',
    '%%topspace 0px',
    '%%musicspace 0px',
    '%%printtempo 0',
    ...(reflow ? ['%%linebreak <none>'] : []),
    '',
  ].join('\n')
  const { drawn, errors } = JSON.parse(String(DRAW.runInContext(world))) as Record<'drawn' | 'errors', string[]>
  if (errors.length > 0) throw new Error(`abc2svg could not draw the tune: ${errors[0]}`)
  return drawn.join('\n').match(/<svg[\s\S]*?<\/svg>/g) ?? []
}
