import { describe, expect, it } from 'vitest'
import { linkFigures } from '../../../site/build/figureOrigins.ts'
import { printPages } from '../../../site/build/printPage.ts'
import { danglingLinks, parseHtml } from '../../../site/build/siteLinks.ts'
import { itemAt } from '../../../src/support/itemAt.ts'

const shell = (main: string, next = ''): string =>
  `<html><head><meta charset="utf-8"><title>A</title></head><body><div class="sheet"><main>${main}</main></div>${next}</body></html>`
const page = (path: string, html: string) => ({ path, root: parseHtml(html) })

const citation = { title: 'Cantus & co', authors: ['A. One', 'B. Two'], version: '1.2.3', date: '2026-01-02' }

const pages = () => [
  page(
    '',
    shell(
      '<h1>One</h1><h2 id="data">Data</h2><a href="/b/two/#data">there</a> <a href="#data">here</a> <a href="/b/other/">other</a>',
      '<nav class="turn"><a rel="next" href="/b/two/">Two</a></nav>',
    ),
  ),
  page(
    'two/',
    shell(
      '<h1>Two</h1><svg><clipPath id="data"></clipPath><g clip-path="url(#data)" aria-labelledby="data"></g></svg>',
    ),
  ),
  page('other/', shell('<h1>Other</h1>')),
]

describe('printPages', () => {
  it('joins the chapters in reading order, with anchors of their own and links that follow them', () => {
    const whole = printPages(pages(), '/b/', citation)
    expect(whole.map(({ path }) => path)).toEqual(['print/'])
    const { root } = itemAt(whole, 0)
    const html = root.toString()
    expect(root.querySelectorAll('article').map((each) => each.getAttribute('id'))).toEqual(['overview', 'two'])
    expect(html).toContain('<a href="#two--data">there</a> <a href="#overview--data">here</a> <a href="/b/other/">')
    expect(html).toContain('<clipPath id="two--data">')
    expect(html).toContain('clip-path="url(#two--data)" aria-labelledby="two--data"')
    expect(html).not.toContain('rel="next"')
    const files = new Set(['print/index.html', 'other/index.html'])
    expect(danglingLinks([{ path: 'print/', root }], files, '/b/')).toEqual([])
  })

  it('begins with a title page: title, question, authors, date, and what was found as its abstract', () => {
    const [front, ...others] = pages()
    const main = front!.root.querySelector('main')!
    main.insertAdjacentHTML(
      'afterbegin',
      '<p class="question">Why?</p><section data-abstract><div class="prose"><p id="x">Found <a href="/b/two/">it</a>.</p></div></section>',
    )
    const { root } = itemAt(printPages([front!, ...others], '/b/', citation), 0)
    const title = root.querySelector('.title-page')!
    expect(title.querySelector('h1')?.innerHTML).toBe('Cantus &amp; co')
    expect(title.querySelector('.question')?.text).toBe('Why?')
    expect(title.querySelector('.of')?.text).toBe('A. One, B. Two · 2026-01-02 · version 1.2.3')
    expect(title.querySelector('.prose')?.innerHTML).toBe('<p>Found it.</p>')
    // The page it was taken from keeps its anchors and links.
    expect(front!.root.querySelector('#x a')?.getAttribute('href')).toBe('/b/two/')
  })

  it('is not made of a front page alone', () => {
    expect(printPages([page('', shell('<h1>One</h1>'))], '/', citation)).toEqual([])
  })

  it('sets apart what pages mark and tables that were folded, and links to them across both', () => {
    const parts = [
      '<h1>Two</h1><p><a href="#runs">runs</a> <a href="/b/">home</a></p>',
      '<section data-appendix><h2 id="runs">Runs</h2><p><a href="#rest">rest</a></p><details><summary>Deep</summary><p>In</p></details></section>',
      '<h2 id="rest">Rest</h2><p id="data"></p><details><summary>All means</summary><table></table></details>',
      '<details class="data"><summary>Data</summary></details>',
    ]
    const [front, , other] = pages()
    const three = '<h1>Three</h1><p><a href="/b/two/">two</a></p>'
    const last = shell(three).replace('<main>', '<main data-appendix>')
    const turn = '<nav class="turn"><a rel="next" href="/b/three/">Three</a></nav>'
    const two = page('two/', shell(parts.join(''), turn))
    const whole = printPages([front!, two, other!, page('three/', last)], '/b/', citation)
    expect(whole.map(({ path }) => path)).toEqual(['print/', 'print/appendix/'])
    const [text, apart] = whole.map(({ root }) => root)
    expect(text!.querySelectorAll('article').map((each) => each.id)).toEqual(['overview', 'two'])
    expect(text!.querySelectorAll('#two h2, #two summary').map((each) => each.text)).toEqual(['Rest', 'Data'])
    expect(text!.querySelector('.apart')?.text).toBe('In the appendix: Runs · All means')
    expect(text!.querySelector('#two p a')?.getAttribute('href')).toBe('/b/print/appendix/#two--runs')
    expect(apart!.querySelectorAll('article').map((each) => each.id)).toEqual(['two', 'three'])
    expect(apart!.querySelectorAll('h1, h2').map((each) => each.text).slice(1)).toEqual(['Two', 'Runs', 'All means', 'Three']) // prettier-ignore
    expect(apart!.querySelector('details')?.hasAttribute('open')).toBe(true)
    expect(apart!.querySelector('#two p a')?.getAttribute('href')).toBe('/b/print/#two--rest')
    const files = new Set(['print/index.html', 'print/appendix/index.html', 'other/index.html'])
    expect(danglingLinks(whole, files, '/b/')).toEqual([])
  })
})

describe('danglingLinks', () => {
  it('takes settings after the # for no place, and names a place that is missing', () => {
    const play = page('play/', '<a href="/b/play/#primer=60">a</a> <a href="/b/play/#none">b</a>')
    const found = danglingLinks([play], new Set(['play/index.html']), '/b/')
    expect(found.map(({ link }) => link)).toEqual(['/b/play/#none'])
  })
})

describe('linkFigures', () => {
  it('ties a figure to the cell that makes the same one, both ways, and leaves others alone', () => {
    const figure = (id: string, name: string) =>
      `<figure id="${id}" data-figure="${name}"><figcaption>Words</figcaption></figure>`
    const report = page('music/', `<h1>Music</h1>${figure('f1', 'same')}${figure('f2', 'only here')}`)
    const notebook = page('notebooks/5-music/', `<div class="cell" id="cell-3">${figure('c', 'same')}</div>`)
    expect(linkFigures([report, notebook], '/b/')).toBe(1)
    expect(report.root.querySelectorAll('.origin').map((each) => each.getAttribute('href'))).toEqual([
      '/b/notebooks/5-music/#cell-3',
    ])
    expect(notebook.root.querySelector('.origin')?.getAttribute('href')).toBe('/b/music/#f1')
    expect(notebook.root.querySelector('.origin')?.text).toBe('On the page Music')
  })
})
