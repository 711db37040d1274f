import { type HTMLElement, parse } from 'node-html-parser'
import { escapeText } from '../support/text/escapeText.ts'
import { itemAt } from '../support/itemAt.ts'

/** Options of drawn staves. */
export interface StavesOptions {
  /** What the picture shows, for screen readers. */
  readonly title: string
  /** Prefix of the ids inside: one of its own for each drawing of a page. */
  readonly id: string
}

/** The family of abc2svg's glyphs; the page's style sheet loads it. */
export const MUSIC_FONT = 'Music'

/** Space between two lines of music, in pixels. */
const GAP = 14

/** Properties that SVG also takes as attributes, which a strict Content-Security-Policy allows. */
const AS_ATTRIBUTES = ['stroke', 'fill', 'stroke-width', 'font-size', 'font-weight', 'font-family', 'font-style']

/**
 * Lines of music that abc2svg drew (`drawAbc`) as one SVG: a title for screen readers, no style elements, no style
 * attributes, ids that are unique in the page, and the colour of the text around it.
 */
export function stavesSvg(lines: readonly string[], { title, id }: StavesOptions): string {
  const drawn = lines.map((line, n) => staffLine(line, `${id}-${n}`))
  const width = Math.max(...drawn.map((line) => line.width))
  const tops = drawn.map((_, n) => drawn.slice(0, n).reduce((sum, { height }) => sum + height + GAP, 0))
  const height = itemAt(tops, -1) + itemAt(drawn, -1).height
  const groups = drawn.map(({ content }, n) => `<g transform="translate(0 ${round(itemAt(tops, n))})">${content}</g>`)
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="${id}-title" ` +
    `viewBox="0 0 ${round(width)} ${round(height)}" fill="currentColor" stroke-width=".7">` +
    `<title id="${id}-title">${escapeText(title)}</title>${groups.join('')}</svg>`
  )
}

interface StaffLine {
  readonly width: number
  readonly height: number
  readonly content: string
}

function staffLine(text: string, id: string): StaffLine {
  const svg = parse(text).querySelector('svg')
  if (svg === null) throw new Error('the engraver drew no staff')
  const [, , width = 0, height = 0] = (svg.getAttribute('viewBox') ?? '').split(/\s+/).map(Number)
  const rules = rulesOf(svg.querySelectorAll('style').map(({ rawText }) => rawText))
  const outer = attributesOf(rules, (svg.getAttribute('class') ?? '').split(' '))
  svg.querySelectorAll('style').forEach((style) => style.remove())
  for (const element of svg.querySelectorAll('*')) tidy(element, rules, id)
  return { width, height, content: `<g${attributeText(outer)}>${svg.innerHTML.replace(/\n\s*/g, ' ').trim()}</g>` }
}

/** Class and style of an element become attributes; ids get the prefix. */
function tidy(element: HTMLElement, rules: Rules, id: string): void {
  const own = {
    ...attributesOf(rules, (element.getAttribute('class') ?? '').split(' ')),
    ...declarations(element.getAttribute('style') ?? ''),
  }
  element.removeAttribute('class')
  element.removeAttribute('style')
  for (const [name, value] of Object.entries(own)) element.setAttribute(name, value)
  const named = element.getAttribute('id')
  if (named !== undefined) element.setAttribute('id', `${id}-${named}`)
  const link = element.getAttribute('xlink:href')
  if (link === undefined) return
  element.removeAttribute('xlink:href')
  element.setAttribute('href', link.replace('#', `#${id}-`))
}

/** Attributes by class. */
type Rules = ReadonlyMap<string, Readonly<Record<string, string>>>

function rulesOf(styles: readonly string[]): Rules {
  const rules = styles.flatMap((style) => [...style.matchAll(/^\.(\w+)\{([^}]*)\}/gm)])
  return new Map(rules.map(([, name = '', body = '']) => [name, declarations(body)]))
}

function attributesOf(rules: Rules, classes: readonly string[]): Record<string, string> {
  return Object.fromEntries(classes.flatMap((name) => Object.entries(rules.get(name) ?? {})))
}

/** CSS declarations as attributes: `font` taken apart, words set in the page's own face, the rest that SVG has. */
function declarations(css: string): Record<string, string> {
  const pairs = css.split(';').map((pair) => pair.split(':').map((part) => part.trim()))
  const attributes = pairs.flatMap(([name = '', value = '']): [string, string][] =>
    name === 'font' ? fontAttributes(value) : AS_ATTRIBUTES.includes(name) ? [[name, value]] : [],
  )
  return Object.fromEntries(attributes)
}

const pair = (name: string, value: string): [string, string] => [name, value]

/** @example fontAttributes('bold 12.0px text,serif') // [['font-weight', 'bold'], ['font-size', '12.0px']] */
function fontAttributes(font: string): [string, string][] {
  const [, weight, size, family = ''] = /^(?:(bold|italic)\s+)?([\d.]+px)\s+(.*)$/.exec(font) ?? []
  return [
    ...(weight === undefined ? [] : [pair(weight === 'bold' ? 'font-weight' : 'font-style', weight)]),
    ...(size === undefined ? [] : [pair('font-size', size)]),
    ...(/^music$/i.test(family) ? [pair('font-family', MUSIC_FONT)] : []),
  ]
}

const attributeText = (attributes: Readonly<Record<string, string>>): string =>
  Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${value}"`)
    .join('')

const round = (pixels: number): number => Math.round(pixels * 10) / 10
