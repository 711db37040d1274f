import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { propertyOf } from '../../src/support/itemAt.ts'
import { APPENDIX_PATH, PRINT_PATH } from './printPage.ts'
import { serveFolder } from './serveFolder.ts'

/** Names of the report and its appendix as PDF, inside the site, by the page that is printed. */
export const PDF_NAMES: Readonly<Record<string, string>> = {
  [PRINT_PATH]: 'cantus-report.pdf',
  [APPENDIX_PATH]: 'cantus-report-appendix.pdf',
}

/** A file that was printed, by its name inside the site. */
export interface PrintedFile {
  readonly name: string
  readonly bytes: number
}

const PORT = 42_600
const FOOTER =
  '<div style="width:100%;font:8px sans-serif;color:#59636e;text-align:center"><span class="pageNumber"></span> / <span class="totalPages"></span></div>'

export interface PdfOptions {
  /** Folder of the finished site. */
  readonly folder: string
  /** Paths of the pages that are printed: keys of `PDF_NAMES`. */
  readonly paths: readonly string[]
  readonly base: string
  /** Where the site is published: links to its other pages lead there; they are plain text without it. */
  readonly site: string | undefined
  /** The program of a Chromium. */
  readonly chromium: string
}

/** Prints the report and its appendix with a headless Chromium, with outline and page numbers. */
export async function writePdfs({ folder, paths, base, site, chromium }: PdfOptions): Promise<PrintedFile[]> {
  // Loaded here: no other job of the command line needs a browser.
  const { chromium: browsers } = await import('playwright-core')
  const server = await serveFolder(folder, { port: PORT, host: '127.0.0.1', base })
  const browser = await browsers.launch({ executablePath: chromium, args: ['--no-sandbox'] })
  try {
    const here = `http://127.0.0.1:${server.port}`
    const there = site === undefined ? null : new URL(site).origin
    const files: PrintedFile[] = []
    for (const path of paths) {
      const name = propertyOf(PDF_NAMES, path)
      const bytes = await printPdf(browser, `${here}${base}${path}`, { here, there })
      await writeFile(join(folder, name), bytes)
      files.push({ name, bytes: bytes.length })
    }
    return files
  } finally {
    await browser.close()
    await server.close()
  }
}

async function printPdf(
  browser: Browser,
  address: string,
  servers: { readonly here: string; readonly there: string | null },
): Promise<Uint8Array> {
  const page = await browser.newPage({ colorScheme: 'light', bypassCSP: true })
  await page.goto(address, { waitUntil: 'load' })
  await page.evaluate(waitForFonts)
  await page.evaluate(leadElsewhere, servers)
  const bytes = await page.pdf({
    format: 'A4',
    margin: { top: '16mm', bottom: '16mm', left: '15mm', right: '15mm' },
    printBackground: true, // the keys of the figures
    displayHeaderFooter: true,
    headerTemplate: '<span></span>',
    footerTemplate: FOOTER,
    outline: true,
    tagged: true,
  })
  await page.close()
  return bytes
}

/** Runs in the page: paper can wait for its fonts. */
async function waitForFonts(): Promise<void> {
  const faces = ['400', '600', 'italic 400', 'italic 600'].map((face) => `${face} 16px "Source Serif 4 Variable"`)
  await Promise.all(faces.map((face) => document.fonts.load(face)))
}

/** Runs in the page: links to other pages of the site lead to where it is published, or nowhere. */
function leadElsewhere({ here, there }: { here: string; there: string | null }): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>('a[href]')) {
    if (!link.href.startsWith(here) || link.getAttribute('href')?.startsWith('#')) continue
    if (there === null) link.removeAttribute('href')
    else link.href = link.href.replace(here, there)
  }
}
