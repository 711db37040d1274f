import { type HTMLElement, parse } from 'node-html-parser'

/** A finished page: its path inside the site (`evaluation/`, `404.html`) and its elements. */
export interface FinishedPage {
  readonly path: string
  readonly root: HTMLElement
}

/** The elements of a page or a part of one; code in `pre` has elements of its own here. */
export const parseHtml = (html: string): HTMLElement =>
  parse(html, { comment: true, blockTextElements: { script: true, style: true } })

interface DanglingLink {
  readonly page: string
  /** As it stands in the page. */
  readonly link: string
  readonly reason: string
}

/** Attributes that name a file or page of the site. */
const LINKS = ['href', 'src', 'data-source', 'data-midi'] as const

/**
 * Links inside the site that lead nowhere: to no file, to no anchor of a page, or out of the folder the site is published
 * in. Links to other sites are not followed.
 * @param files every file of the site, by path: `evaluation/index.html`.
 * @param base folder the site is published in, with a slash at both ends: `/` or `/cantus/`.
 */
export function danglingLinks(
  pages: readonly FinishedPage[],
  files: ReadonlySet<string>,
  base: string,
): DanglingLink[] {
  const anchors = new Map(pages.map(({ path, root }) => [fileOf(path), anchorsOf(root)]))
  return pages.flatMap(({ path, root }) =>
    linksOf(root).flatMap((link) => {
      const reason = faultOf(link, path, { anchors, files, base })
      return reason === null ? [] : [{ page: `/${path}`, link, reason }]
    }),
  )
}

function anchorsOf(root: HTMLElement): Set<string> {
  return new Set(root.querySelectorAll('[id]').map((element) => element.getAttribute('id') ?? ''))
}

function linksOf(root: HTMLElement): string[] {
  const links = LINKS.flatMap((name) => root.querySelectorAll(`[${name}]`).map((each) => each.getAttribute(name) ?? ''))
  return [...new Set(links)]
}

interface Site {
  readonly anchors: ReadonlyMap<string, ReadonlySet<string>>
  readonly files: ReadonlySet<string>
  readonly base: string
}

/** The file that is served for a path: a folder's index. */
const fileOf = (path: string): string => (path === '' || path.endsWith('/') ? `${path}index.html` : path)

function faultOf(link: string, page: string, { anchors, files, base }: Site): string | null {
  // Only what begins with a scheme or a host leads to another site.
  if (/^(?:[a-z][a-z\d+.-]*:|\/\/)/i.test(link)) return null
  const { pathname, hash } = new URL(link, `http://site${base}${page}`)
  const path = decodeURIComponent(pathname)
  if (!path.startsWith(base)) return `lies outside ${base}`
  const file = fileOf(path.slice(base.length))
  if (!files.has(file)) return files.has(`${file}/index.html`) ? 'lacks the slash at its end' : 'no such page or file'
  const anchor = decodeURIComponent(hash.slice(1))
  // Settings for the page's own script, not a place on it: `play/#primer=bach`.
  if (/^[a-z]+=/.test(anchor)) return null
  if (anchor === '' || !anchors.has(file) || anchors.get(file)?.has(anchor)) return null
  return `no such place on that page: #${anchor}`
}
