import { describe, expect, it } from 'vitest'
import { danglingLinks, parseHtml } from '../../../site/build/siteLinks.ts'

const page = (path: string, html: string) => ({ path, root: parseHtml(html) })
const files = new Set(['index.html', 'music/index.html', 'music.json', 'notebooks/1-corpus/index.html'])

function reasons(html: string, base = '/cantus/'): string[] {
  const pages = [page('', html), page('music/', '<h2 id="claims">Claims</h2>'), page('notebooks/1-corpus/', '')]
  return danglingLinks(pages, files, base).map(({ page: from, link, reason }) => `${from} ${link}: ${reason}`)
}

describe('danglingLinks', () => {
  it('lets pass what is there: pages, files, anchors, other sites, data', () => {
    const links = ['/cantus/', '/cantus/music/', '/cantus/music/#claims', '/cantus/music.json', 'music/', '#here', '']
    const others = ['https://example.org/none', 'mailto:a@example.org', '//example.org/x', 'data:text/plain,x']
    const html = [...links, ...others].map((href) => `<a href="${href}">x</a>`).join('')
    expect(reasons(`<p id="here">${html}</p>`)).toEqual([])
  })

  it('names the page, the link and what is wrong with it', () => {
    expect(reasons('<a href="/cantus/none/">x</a>')).toEqual(['/ /cantus/none/: no such page or file'])
    expect(reasons('<a href="/cantus/music">x</a>')).toEqual(['/ /cantus/music: lacks the slash at its end'])
    expect(reasons('<a href="/music/">x</a>')).toEqual(['/ /music/: lies outside /cantus/'])
    expect(reasons('<a href="/cantus/music/#gone">x</a>')).toEqual([
      '/ /cantus/music/#gone: no such place on that page: #gone',
    ])
    expect(reasons('<a href="#gone">x</a>')).toEqual(['/ #gone: no such place on that page: #gone'])
  })

  it('follows sounds, pictures and what scripts fetch', () => {
    const html = '<audio src="/cantus/a.mp3"></audio><live-chart data-source="/cantus/b.json"></live-chart>'
    expect(reasons(html)).toHaveLength(2)
  })
})
