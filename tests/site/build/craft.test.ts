import { describe, expect, it } from 'vitest'
import { explainTerms, termId } from '../../../site/build/glossary.ts'
import { addMarginNotes } from '../../../site/build/marginNotes.ts'
import { addPermalinks } from '../../../site/build/permalinks.ts'
import { searchEntries } from '../../../site/build/searchIndex.ts'
import { parseHtml } from '../../../site/build/siteLinks.ts'
import { findEntries } from '../../../site/src/scripts/findEntries.ts'

const page = (path: string, main: string) => ({ path, root: parseHtml(`<main>${main}</main>`) })

describe('explainTerms', () => {
  const glossary = { nats: 'Units <of> information.', 'event accuracy': 'A share.', PPM: 'A predictor.' }

  it('explains a term where a page first uses it, and links it to the list of terms', () => {
    const music = page('music/', '<div class="prose"><p>Two nats, three nats.</p><p>Event accuracy and ppm.</p></div>')
    explainTerms([music, page('terms/', '')], glossary, '/b/')
    const terms = parseHtml(music.root.toString()).querySelectorAll('.term')
    expect(terms.map((each) => each.querySelector('a')?.text)).toEqual(['nats', 'Event accuracy'])
    expect(terms[0]?.querySelector('a')?.getAttribute('href')).toBe(`/b/terms/#${termId('nats')}`)
    expect(terms[0]?.querySelector('.hover-card')?.innerHTML).toBe('Units &lt;of&gt; information.')
  })

  it('leaves links, code, numbers and the page of terms alone, and everything where there is no such page', () => {
    const main =
      '<div class="prose"><p><a href="#x">nats</a> <code>nats</code> <span class="number">1 nats</span> donats</p></div>'
    const [music, terms] = [page('music/', main), page('terms/', '<div class="prose"><p>nats</p></div>')]
    explainTerms([music, terms], glossary, '/')
    for (const { root } of [music, terms]) expect(root.toString()).not.toContain('class="term"')
    const alone = page('music/', '<div class="prose"><p>nats</p></div>')
    explainTerms([alone], glossary, '/')
    expect(alone.root.toString()).not.toContain('class="term"')
  })
})

describe('addPermalinks', () => {
  it('lets headings with an anchor link to themselves', () => {
    const music = page('music/', '<h1 id="t">T</h1><h2 id="a">A <em>b</em></h2><h3>no anchor</h3>')
    addPermalinks([music])
    const links = music.root.querySelectorAll('.permalink')
    expect(links.map((link) => link.getAttribute('href'))).toEqual(['#a'])
    expect(links[0]?.getAttribute('aria-label')).toBe('Link to: A b')
  })
})

describe('addMarginNotes', () => {
  it('sets a footnote beside its place, without what leads back', () => {
    const notes = page(
      'lstm/',
      '<p>Gate.<sup><a href="#fn-1" data-footnote-ref>1</a></sup></p><ol><li id="fn-1"><p>It <em>came</em> later. <a href="#r" data-footnote-backref>back</a></p></li></ol>',
    )
    addMarginNotes([notes])
    expect(notes.root.querySelector('sup + .margin-note')?.text).toBe('It came later.')
    expect(notes.root.querySelector('li')?.text).toContain('back')
  })
})

describe('the search', () => {
  const pages = [
    page('why/', '<h1>Why</h1><p>They wander.</p><h2 id="keys">Absolute pitch</h2><p>A key is a <b>language</b>.</p>'),
    page('melodies/it_1_bach_nr_1/', '<h1>Bach</h1><p>Notes.</p>'),
    page('music/', '<h1>Music</h1><h2 id="pitch">Range</h2><p>The pitch of a note, and its key.</p>'),
  ]
  const entries = searchEntries(pages)

  it('has every section of the report, and no single melody', () => {
    expect(entries).toEqual([
      { at: 'why/', page: 'Why', heading: '', text: 'They wander.' },
      { at: 'why/#keys', page: 'Why', heading: 'Absolute pitch', text: 'A key is a language.' },
      { at: 'music/#pitch', page: 'Music', heading: 'Range', text: 'The pitch of a note, and its key.' },
    ])
  })

  it('finds sections that hold every word, headings first, and nothing for one letter', () => {
    expect(findEntries(entries, 'pitch').map(({ at }) => at)).toEqual(['why/#keys', 'music/#pitch'])
    expect(findEntries(entries, 'PIT key').map(({ at }) => at)).toEqual(['why/#keys', 'music/#pitch'])
    expect(findEntries(entries, 'wander key')).toEqual([])
    expect(findEntries(entries, 'k')).toEqual([])
    expect(findEntries(entries, '(.*')).toEqual([])
  })
})
