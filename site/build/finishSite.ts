import { readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import glossary from '../../report/glossary.json' with { type: 'json' }
import { counted } from '../../src/support/text/counted.ts'
import { createFolder } from '../../src/support/createFolder.ts'
import type { Effects } from '../../src/support/effects.ts'
import { UserError } from '../../src/support/errors.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { FIGURES } from '../src/lib/figures.ts'
import { findChromium } from './chromium.ts'
import { parseCitation } from './citation.ts'
import { contentSecurityPolicy, withPolicy } from './contentSecurity.ts'
import { linkFigures } from './figureOrigins.ts'
import { explainTerms } from './glossary.ts'
import { addMarginNotes } from './marginNotes.ts'
import { addPermalinks } from './permalinks.ts'
import { missingFigures } from './missingFigures.ts'
import { printPages } from './printPage.ts'
import { SEARCH_INDEX, searchEntries } from './searchIndex.ts'
import { writeShareCards } from './shareCards.ts'
import { subsetFonts } from './siteFonts.ts'
import { danglingLinks, type FinishedPage, parseHtml } from './siteLinks.ts'
import { type PrintedFile, writePdfs } from './sitePdf.ts'

export interface FinishOptions {
  /** Folder the pages were built to. */
  readonly folder: string
  /** Folder of the server the site is published in, with a slash at both ends. */
  readonly base: string
  /** Address of the server it is published on, where that is known. */
  readonly site: string | undefined
  readonly pdf: boolean
  /** Whether it is the full study, which must show every figure. */
  readonly isFull: boolean
}

/** Links to nowhere that an error names. */
const LINKS_NAMED = 20

/** The site has links that lead nowhere; the message names each with its page. */
export class DanglingLinksError extends UserError {
  override readonly name = 'DanglingLinksError'
  override readonly exitCode = 1
}

/** The full study lacks figures; the message names each with its page. */
export class MissingFigureError extends UserError {
  override readonly name = 'MissingFigureError'
  override readonly exitCode = 1
}

/**
 * What can only be done once all pages are there: figures and notebook cells are tied together, terms explained, headings linked,
 * the index of the search written, links checked, the report put on one page, each page gets its security policy and its picture, and the PDF is printed.
 * @throws DanglingLinksError when a link inside the site leads nowhere; MissingFigureError when the full study lacks a figure.
 */
export async function finishSite(
  { folder, base, site, pdf, isFull }: FinishOptions,
  { reporter }: Effects,
): Promise<void> {
  const files = await filesOf(folder)
  const pages = await Promise.all(
    [...files].filter((file) => file.endsWith('.html')).map((file) => readPage(folder, file)),
  )
  if (isFull) checkFigures(pages)
  linkFigures(pages, base)
  const citation = parseCitation(await readFile(join(projectRoot, 'CITATION.cff'), 'utf8'))
  const whole = printPages(pages, base, citation)
  const all = [...pages, ...whole]
  const named = new Set([...files, ...all.map(({ path }) => fileOf(path))])
  await writeFile(join(folder, SEARCH_INDEX), JSON.stringify(searchEntries(pages)))
  explainTerms(pages, glossary, base)
  addMarginNotes(pages)
  addPermalinks(pages)
  await writeShareCards(pages, files, { folder, base })
  await subsetFonts(all, files, folder)
  for (const file of await filesOf(folder)) named.add(file)
  checkLinks(all, named, base)
  for (const page of all) await writePage(folder, page)
  if (site !== undefined) await writeFile(join(folder, 'sitemap.xml'), sitemap(pages, site, base))
  const paths = whole.map(({ path }) => path)
  const inPrint = pdf ? await printed({ folder, base, site, paths }, reporter.line) : []
  await nameWhole(folder, base, paths, inPrint)
}

async function filesOf(folder: string): Promise<Set<string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return new Set(paths.map((path) => relative(folder, path).replaceAll(sep, '/')))
}

/** @example pathOf('evaluation/index.html') // 'evaluation/' */
const pathOf = (file: string): string => file.replace(/(^|\/)index\.html$/, '$1')
const fileOf = (path: string): string => (path === '' || path.endsWith('/') ? `${path}index.html` : path)

async function readPage(folder: string, file: string): Promise<FinishedPage> {
  return { path: pathOf(file), root: parseHtml(await readFile(join(folder, file), 'utf8')) }
}

async function writePage(folder: string, { path, root }: FinishedPage): Promise<void> {
  const file = join(folder, fileOf(path))
  createFolder(dirname(file))
  await writeFile(file, withPolicy(root.toString(), contentSecurityPolicy(root)))
}

function checkFigures(pages: readonly FinishedPage[]): void {
  const missing = missingFigures(FIGURES, pages)
  if (missing.length > 0) throw new MissingFigureError(missing.join('\n'))
}

function checkLinks(pages: readonly FinishedPage[], files: ReadonlySet<string>, base: string): void {
  const dangling = danglingLinks(pages, files, base)
  if (dangling.length === 0) return
  const lines = dangling.slice(0, LINKS_NAMED).map(({ page, link, reason }) => `  ${page} links to ${link}: ${reason}`)
  const rest = dangling.length > LINKS_NAMED ? [`  and ${dangling.length - LINKS_NAMED} more`] : []
  throw new DanglingLinksError(
    [`${counted(dangling.length, 'link leads', 'links lead')} nowhere:`, ...lines, ...rest].join('\n'),
  )
}

/** Every page a search engine should know, in the sitemap protocol's form. */
function sitemap(pages: readonly FinishedPage[], site: string, base: string): string {
  const urls = pages
    .filter(({ path }) => !path.endsWith('.html'))
    .map(({ path }) => `<url><loc>${new URL(`${base}${path}`, site).href}</loc></url>`)
    .sort()
  return `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${urls.join('\n')}\n</urlset>\n`
}

async function printed(
  options: Pick<FinishOptions, 'folder' | 'base' | 'site'> & { readonly paths: readonly string[] },
  say: (line: string) => void,
): Promise<readonly PrintedFile[]> {
  const chromium = findChromium()
  if (chromium !== null) return writePdfs({ ...options, chromium })
  say('No PDF: no Chromium was found to print it (apt install chromium, or set CHROMIUM to a program)')
  return []
}

/** Puts the links to the whole report on the front page; without one their place stays empty. */
async function nameWhole(
  folder: string,
  base: string,
  paths: readonly string[],
  inPrint: readonly PrintedFile[],
): Promise<void> {
  const file = join(folder, 'index.html')
  const html = await readFile(file, 'utf8')
  const texts = ['on one page', 'its appendix on another']
  const pages = paths.map((path, n) => `<a href="${base}${path}">${texts[n]}</a>`)
  const names = ['as PDF', 'appendix as PDF']
  const prints = inPrint.map(
    ({ name, bytes }, n) => `<a href="${base}${name}">${names[n]}</a> (${(bytes / 1e6).toFixed(1)} MB)`,
  )
  const links = [...pages, ...prints]
  const text = links.length === 0 ? '' : `The whole report ${links.join(', ')}`
  await writeFile(file, html.replace(/(<p\b[^>]*data-whole[^>]*>)(<\/p>)/, `$1${text}$2`))
}
