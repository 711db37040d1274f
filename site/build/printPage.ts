import type { HTMLElement } from 'node-html-parser'
import { escapeText } from '../../src/support/text/escapeText.ts'
import type { Citation } from './citation.ts'
import { type FinishedPage, parseHtml } from './siteLinks.ts'
import { itemAt } from '../../src/support/itemAt.ts'

/** Where the report on one page lies inside the site, and what is set apart from its text: tables, settings, every melody. */
export const PRINT_PATH = 'print/'
export const APPENDIX_PATH = 'print/appendix/'

/** What a page marks as such, and every table that a screen shows only when asked. */
const APPENDIX = '[data-appendix], details:not([class])'

/** A chapter, its anchors unlike those of others: its text (null where all of it is appendix), and what is set apart. */
interface Chapter {
  readonly path: string
  /** Anchor of the chapter. */
  readonly name: string
  readonly title: string
  readonly text: HTMLElement | null
  readonly apart: readonly HTMLElement[]
}

/**
 * The whole report on one page, and its appendix on another: the chapters in reading order (the front page, and each one's
 * next), with a list of them; links between chapters lead to their place on these pages. No page where there is only a front page.
 * The report begins with a title page: title, author, date, findings and chapters.
 * @param base folder the site is published in, with a slash at both ends.
 */
export function printPages(pages: readonly FinishedPage[], base: string, citation: Citation): FinishedPage[] {
  const found = chaptersOf(pages, base)
  if (found.length < 2) return []
  const chapters = found.map(chapterOf)
  followLinks(chapters, base)
  const shell = itemAt(found, 0).root
  const text = chapters.flatMap((chapter) => (chapter.text === null ? [] : [textOf(chapter, base)]))
  const apart = chapters.filter((each) => each.apart.length > 0)
  const appendix = { name: 'appendix', title: 'Appendix: tables, settings and every melody' }
  const leadsTo = apart.length === 0 ? '' : `<li><a href="${base}${APPENDIX_PATH}">${appendix.title}</a></li>`
  const report = {
    head: titlePage(found, citation),
    list: listOf(chapters.filter((each) => each.text !== null)) + leadsTo,
    articles: text,
  }
  const behind = {
    head: `<header class="title-page"><h1>${escapeText(citation.title)}</h1><p class="question">${appendix.title}</p></header>`,
    list: listOf(apart),
    articles: apart.map(apartOf),
  }
  return [
    { path: PRINT_PATH, root: wholePage(shell, 'The whole report', report) },
    ...(apart.length === 0 ? [] : [{ path: APPENDIX_PATH, root: wholePage(shell, 'Appendix', behind) }]),
  ]
}

const listOf = (chapters: readonly Chapter[]): string =>
  chapters.map(({ name, title }) => `<li><a href="#${name}">${title}</a></li>`).join('')

/** A chapter's text, and where the rest of it stands. */
function textOf({ name, text, apart }: Chapter, base: string): string {
  const links = apart.map((part) => `<a href="${base}${APPENDIX_PATH}#${anchorOf(part)}">${headingOf(part)}</a>`)
  const rest = links.length === 0 ? '' : `<p class="note apart">In the appendix: ${links.join(' · ')}</p>`
  return `<article id="${name}">${text?.toString() ?? ''}${rest}</article>`
}

/** What is set apart of a chapter, under its title; a table that had to be opened stands open. */
function apartOf({ name, title, text, apart }: Chapter): string {
  const parts = apart.map((part) => {
    for (const table of part.querySelectorAll('details:not([class])')) table.setAttribute('open', '')
    if (part.rawTagName !== 'details') return part.toString()
    const shown = part.innerHTML.replace(/<summary[^>]*>[\s\S]*?<\/summary>/, '')
    return `<section id="${anchorOf(part)}"><h2>${headingOf(part)}</h2>${shown}</section>`
  })
  return `<article id="${name}">${text === null ? '' : `<h1>${title}</h1>`}${parts.join('')}</article>`
}

const anchorOf = (part: HTMLElement): string =>
  part.getAttribute('id') ?? part.querySelector('[id]')?.getAttribute('id') ?? ''
const headingOf = (part: HTMLElement): string =>
  part.querySelector(part.rawTagName === 'details' ? 'summary' : 'h1, h2')?.innerHTML.trim() ?? ''

interface Whole {
  readonly head: string
  readonly list: string
  readonly articles: readonly string[]
}

function wholePage(shell: HTMLElement, title: string, { head, list, articles }: Whole): HTMLElement {
  const root = parseHtml(shell.toString())
  root
    .querySelector('.sheet')
    ?.replaceWith(
      `<div class="wrap whole"><main id="content" tabindex="-1">${head}<nav class="chapters" aria-label="Chapters"><p class="eyebrow">${title}</p><ol>${list}</ol></nav>${articles.join('')}</main></div>`,
    )
  // Two hundred players that paper cannot play would take a browser half a minute.
  for (const gone of root.querySelectorAll(
    '.turn, .jump, audio, link[rel=canonical], meta[property^="og:"], meta[name^="twitter:"]',
  ))
    gone.remove()
  // Sections of many chapters share their names, such as "Data": here no landmark is named by them.
  for (const section of root.querySelectorAll('article section[aria-labelledby]'))
    section.removeAttribute('aria-labelledby')
  root.querySelector('title')?.set_content(`${title} · Cantus`)
  // The chapters stand on pages of their own: that is where a search should lead.
  root.querySelector('head')?.insertAdjacentHTML('beforeend', '<meta name="robots" content="noindex">')
  return parseHtml(root.toString())
}

/** Title, question, authors, date and abstract: what a chapter marks as such, what was found in short. */
function titlePage(chapters: readonly FinishedPage[], { title, authors, version, date }: Citation): string {
  const front = itemAt(chapters, 0).root
  const described = front.querySelector('meta[name=description]')?.getAttribute('content') ?? ''
  const question = front.querySelector('.question')?.innerHTML ?? described
  const marked = chapters.map(({ root }) => root.querySelector('[data-abstract] .prose')).find((each) => each !== null)
  const findings = parseHtml(marked?.outerHTML ?? '')
  for (const link of findings.querySelectorAll('a')) link.replaceWith(link.innerHTML)
  for (const element of findings.querySelectorAll('[id]')) element.removeAttribute('id')
  const text = findings.toString()
  const abstract =
    text === '' ? '' : `<section aria-labelledby="abstract"><h2 id="abstract">Abstract</h2>${text}</section>`
  const of = [authors.join(', '), date, `version ${version}`].map(escapeText).join(' · ')
  return `<header class="title-page"><h1>${escapeText(title)}</h1><p class="question">${question}</p><p class="of">${of}</p>${abstract}</header>`
}

/** The front page and whatever follows it by its links to the next chapter. */
function chaptersOf(pages: readonly FinishedPage[], base: string): FinishedPage[] {
  const chapters: FinishedPage[] = []
  let page = pages.find(({ path }) => path === '')
  while (page !== undefined && !chapters.includes(page)) {
    chapters.push(page)
    const next = page.root.querySelector('a[rel=next]')?.getAttribute('href')
    page = pages.find(({ path }) => `${base}${path}` === next)
  }
  return chapters
}

/** @example nameOf('iteration-2.1/') // 'iteration-2.1' */
const nameOf = (path: string): string => (path === '' ? 'overview' : path.replace(/\/$/, '').replaceAll('/', '-'))

const titleOf = ({ root, path }: FinishedPage): string => root.querySelector('h1')?.innerHTML ?? path

/** Takes a chapter apart; a page that is appendix as a whole marks its `main`. */
function chapterOf(page: FinishedPage): Chapter {
  const [name, title] = [nameOf(page.path), titleOf(page)]
  const main = page.root.querySelector('main')
  const text = withOwnAnchors(parseHtml(main?.innerHTML ?? ''), name)
  const rest = { path: page.path, name, title }
  if (main?.hasAttribute('data-appendix')) return { ...rest, text: null, apart: [text] }
  const marked = text.querySelectorAll(APPENDIX)
  const apart = marked.filter((part) => part.parentNode?.closest(APPENDIX) == null)
  for (const [n, part] of apart.entries()) {
    if (part.rawTagName === 'details') part.setAttribute('id', `${name}--table-${n + 1}`)
    part.remove()
  }
  return { ...rest, text, apart }
}

function withOwnAnchors(main: HTMLElement, name: string): HTMLElement {
  const local = (id: string): string => `${name}--${id}`
  for (const element of main.querySelectorAll('[id]'))
    element.setAttribute('id', local(element.getAttribute('id') ?? ''))
  for (const name of ['aria-labelledby', 'aria-describedby', 'for']) {
    for (const element of main.querySelectorAll(`[${name}]`))
      element.setAttribute(name, (element.getAttribute(name) ?? '').split(' ').map(local).join(' '))
  }
  for (const name of ['clip-path', 'fill', 'stroke', 'mask']) {
    for (const element of main.querySelectorAll(`[${name}^="url(#"]`))
      element.setAttribute(name, (element.getAttribute(name) ?? '').replace('url(#', `url(#${local('')}`))
  }
  return main
}

/** Makes links between chapters lead to where things now are: on the same page, or on the other of the two. */
function followLinks(chapters: readonly Chapter[], base: string): void {
  const names = new Map(chapters.map(({ path, name }) => [path, name]))
  const places = new Map<string, string>(chapters.map(({ name, text }) => [name, text ? PRINT_PATH : APPENDIX_PATH]))
  for (const { apart } of chapters) {
    for (const element of apart.flatMap((part) => [part, ...part.querySelectorAll('[id]')]))
      places.set(element.getAttribute('id') ?? '', APPENDIX_PATH)
  }
  for (const { name, text, apart } of chapters) {
    const lead = (element: HTMLElement, from: string): void => {
      for (const link of element.querySelectorAll('[href]')) {
        const anchor = newAnchor(link.getAttribute('href') ?? '', { name, names, base })
        if (anchor === null) continue
        const to = places.get(anchor) ?? places.get(anchor.replace(/--.*$/, '')) ?? PRINT_PATH
        link.setAttribute('href', to === from ? `#${anchor}` : `${base}${to}#${anchor}`)
      }
    }
    if (text !== null) lead(text, PRINT_PATH)
    for (const part of apart) lead(part, APPENDIX_PATH)
  }
}

interface FromChapter {
  readonly name: string
  /** Of all chapters, by path. */
  readonly names: ReadonlyMap<string, string>
  readonly base: string
}

/** The anchor that a link inside a chapter means on the whole page; null for what leads elsewhere. */
function newAnchor(href: string, { name, names, base }: FromChapter): string | null {
  if (href.startsWith('#')) return `${name}--${href.slice(1)}`
  if (!href.startsWith(base)) return null
  const [path = '', anchor] = href.slice(base.length).split('#')
  const target = names.get(path)
  if (target === undefined) return null
  return anchor === undefined ? target : `${target}--${anchor}`
}
