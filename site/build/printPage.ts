import type { HTMLElement } from 'node-html-parser'
import { escapeText } from '../../src/support/text/escapeText.ts'
import type { Citation } from './citation.ts'
import { type FinishedPage, parseHtml } from './siteLinks.ts'
import { itemAt } from '../../src/support/itemAt.ts'

/** Where the report on one page lies inside the site. */
export const PRINT_PATH = 'print/'

/**
 * The whole report on one page: the chapters in reading order (the front page, and each one's next), with a list of them;
 * links between chapters lead to their place on the page. Null where there is only a front page.
 * It begins with a title page: title, author, date, findings and chapters.
 * @param base folder the site is published in, with a slash at both ends.
 */
export function printPage(pages: readonly FinishedPage[], base: string, citation: Citation): string | null {
  const chapters = chaptersOf(pages, base)
  if (chapters.length < 2) return null
  const names = new Map(chapters.map(({ path }) => [path, nameOf(path)]))
  const root = parseHtml(itemAt(chapters, 0).root.toString())
  const list = chapters.map((chapter) => `<li><a href="#${nameOf(chapter.path)}">${titleOf(chapter)}</a></li>`).join('')
  const articles = chapters.map(
    (chapter) => `<article id="${nameOf(chapter.path)}">${mainOf(chapter, names, base)}</article>`,
  )
  root
    .querySelector('.sheet')
    ?.replaceWith(
      `<div class="wrap whole"><main id="content" tabindex="-1">${titlePage(chapters, citation)}<nav class="chapters" aria-label="Chapters"><p class="eyebrow">The whole report</p><ol>${list}</ol></nav>${articles.join('')}</main></div>`,
    )
  // Two hundred players that paper cannot play would take a browser half a minute.
  for (const gone of root.querySelectorAll(
    '.turn, audio, link[rel=canonical], meta[property^="og:"], meta[name^="twitter:"]',
  ))
    gone.remove()
  root.querySelector('title')?.set_content('The whole report · Cantus')
  // The chapters stand on pages of their own: that is where a search should lead.
  root.querySelector('head')?.insertAdjacentHTML('beforeend', '<meta name="robots" content="noindex">')
  return root.toString()
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

/** The text of a chapter, its anchors made unlike those of other chapters, its links leading to where things now are. */
function mainOf({ root, path }: FinishedPage, names: ReadonlyMap<string, string>, base: string): string {
  const main = parseHtml(root.querySelector('main')?.innerHTML ?? '')
  const prefix = `${nameOf(path)}--`
  const local = (id: string): string => `${prefix}${id}`
  for (const element of main.querySelectorAll('[id]'))
    element.setAttribute('id', local(element.getAttribute('id') ?? ''))
  for (const name of ['aria-labelledby', 'aria-describedby', 'for']) {
    for (const element of main.querySelectorAll(`[${name}]`))
      element.setAttribute(name, (element.getAttribute(name) ?? '').split(' ').map(local).join(' '))
  }
  for (const name of ['clip-path', 'fill', 'stroke', 'mask']) {
    for (const element of main.querySelectorAll(`[${name}^="url(#"]`))
      element.setAttribute(name, (element.getAttribute(name) ?? '').replace('url(#', `url(#${prefix}`))
  }
  for (const link of main.querySelectorAll('[href]')) link.setAttribute('href', newPlace(link, local, names, base))
  return main.toString()
}

function newPlace(
  link: HTMLElement,
  local: (id: string) => string,
  names: ReadonlyMap<string, string>,
  base: string,
): string {
  const href = link.getAttribute('href') ?? ''
  if (href.startsWith('#')) return `#${local(href.slice(1))}`
  if (!href.startsWith(base)) return href
  const [path = '', anchor] = href.slice(base.length).split('#')
  const name = names.get(path)
  if (name === undefined) return href
  return anchor === undefined ? `#${name}` : `#${name}--${anchor}`
}
