import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PRINT_PATH } from './printPage.ts'
import { serveFolder } from './serveFolder.ts'

/** Name of the report as PDF, inside the site. */
export const PDF_NAME = 'cantus-report.pdf'

const PORT = 42_600
const FOOTER =
  '<div style="width:100%;font:8px sans-serif;color:#59636e;text-align:center"><span class="pageNumber"></span> / <span class="totalPages"></span></div>'

export interface PdfOptions {
  /** Folder of the finished site, with the report on one page in it. */
  readonly folder: string
  readonly base: string
  /** Where the site is published: links to its other pages lead there; they are plain text without it. */
  readonly site: string | undefined
  /** The program of a Chromium. */
  readonly chromium: string
}

/** Prints the report on one page with a headless Chromium, with outline and page numbers; returns the PDF's size in bytes. */
export async function writePdf({ folder, base, site, chromium }: PdfOptions): Promise<number> {
  // Loaded here: no other job of the command line needs a browser.
  const { chromium: browsers } = await import('playwright-core')
  const server = await serveFolder(folder, { port: PORT, host: '127.0.0.1', base })
  const browser = await browsers.launch({ executablePath: chromium, args: ['--no-sandbox'] })
  try {
    const page = await browser.newPage({ colorScheme: 'light', bypassCSP: true })
    const here = `http://127.0.0.1:${server.port}`
    await page.goto(`${here}${base}${PRINT_PATH}`, { waitUntil: 'load' })
    await page.evaluate(waitForFonts)
    await page.evaluate(leadElsewhere, { here, there: site === undefined ? null : new URL(site).origin })
    const bytes = await page.pdf({
      format: 'A4',
      margin: { top: '18mm', bottom: '18mm', left: '17mm', right: '17mm' },
      printBackground: true, // the keys of the figures
      displayHeaderFooter: true,
      headerTemplate: '<span></span>',
      footerTemplate: FOOTER,
      outline: true,
      tagged: true,
    })
    await writeFile(join(folder, PDF_NAME), bytes)
    return bytes.length
  } finally {
    await browser.close()
    await server.close()
  }
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
