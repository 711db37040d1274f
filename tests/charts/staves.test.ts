import { parse } from 'node-html-parser'
import { describe, expect, it } from 'vitest'
import { MUSIC_FONT, stavesSvg } from '../../src/charts/staves.ts'
import { drawAbc } from '../../src/score/drawAbc.ts'

const lines = drawAbc('X:1\nM:4/4\nL:1/4\nK:C\nCD"^model"EF |\nGABc |]\n', { width: 600 })
const drawn = parse(stavesSvg(lines, { title: 'Staves of <a scale>', id: 'wide' }))

describe('stavesSvg', () => {
  it('is one picture with a title', () => {
    expect(drawn.querySelectorAll('svg')).toHaveLength(1)
    const svg = drawn.querySelector('svg')!
    expect(svg.getAttribute('role')).toBe('img')
    expect(drawn.querySelector(`#${svg.getAttribute('aria-labelledby')}`)!.text).toBe('Staves of <a scale>')
  })

  it('holds every line below the one before', () => {
    const tops = drawn
      .querySelectorAll('svg > g')
      .map((g) => Number(/0 ([\d.]+)/.exec(g.getAttribute('transform')!)![1]))
    const heights = lines.map((line) => Number(/viewBox="0 0 \S+ (\d+)"/.exec(line)![1]))
    expect(tops[0]).toBe(0)
    expect(tops[1]).toBeGreaterThan(heights[0]!)
    const [, , , height] = drawn.querySelector('svg')!.getAttribute('viewBox')!.split(' ').map(Number)
    expect(height).toBeCloseTo(tops[1]! + heights[1]!)
  })

  it('needs no style: a strict policy draws it whole', () => {
    expect(drawn.querySelectorAll('style, [style], [class]')).toHaveLength(0)
    const glyphs = drawn.querySelectorAll(`[font-family=${MUSIC_FONT}]`)
    expect(glyphs.length).toBeGreaterThan(0)
    expect(glyphs[0]!.getAttribute('font-size')).toBe('24.0px')
    // Words take the face of the page.
    const word = drawn.querySelectorAll('text').find(({ text }) => text.includes('model'))!
    expect(word.getAttribute('font-family')).toBeUndefined()
    expect(word.getAttribute('font-size')).toBe('12.0px')
  })

  it('has ids of its own, and every link finds its place', () => {
    const ids = drawn.querySelectorAll('[id]').map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.every((id) => id.startsWith('wide-'))).toBe(true)
    const links = drawn.querySelectorAll('use').map((use) => use.getAttribute('href')!.slice(1))
    expect(links.length).toBeGreaterThan(0)
    for (const link of links) expect(ids).toContain(link)
  })
})
