import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isFullScale } from './fullScale.ts'
import { loadListeningTest } from './listening.ts'
import { once } from './once.ts'
import { PAGES, SECTIONS, type Section, type SitePage } from './pages.ts'
import { loadCorpus, loadMusic, loadNotebooks, loadStudyRecord, loadSummary, resultsFolder } from './study.ts'

interface NavigationSection {
  readonly title: Section
  readonly pages: readonly SitePage[]
}

/** The pages there is something to show on, by section; sections without any are left out. */
export const navigation = once((): NavigationSection[] => {
  const shown = PAGES.filter(({ needs }) => needs === undefined || isPublished(needs))
  return SECTIONS.map((title) => ({ title, pages: shown.filter(({ section }) => section === title) })).filter(
    ({ pages }) => pages.length > 0,
  )
})

/** The chapters before and after a page in reading order; neither for a page that is not a chapter. */
export function neighbours(path: string): { previous: SitePage | undefined; next: SitePage | undefined } {
  const chapters = navigation().flatMap(({ pages }) => pages.filter(({ chapter }) => chapter))
  const place = chapters.findIndex((page) => page.path === path)
  if (place < 0) return { previous: undefined, next: undefined }
  return { previous: chapters[place - 1], next: chapters[place + 1] }
}

/** The section a path lies in, also for a page below a listed one: `notebooks/1-corpus/`. */
export function sectionOf(path: string): Section | undefined {
  return PAGES.find((page) => (page.path === '' ? path === '' : path.startsWith(page.path)))?.section
}

function isPublished(needs: string): boolean {
  // These two are of the iterations that are published, or they are not shown.
  if (needs === 'summary.json') return loadSummary() !== null
  // Chapters whose words are those of the full study alone.
  if (needs === 'full') return isFullScale()
  if (needs === 'musical.json') return loadMusic() !== null
  if (needs === 'listening') return loadListeningTest() !== null
  return needs === 'notebooks' ? loadNotebooks().length > 0 : existsSync(join(resultsFolder(), needs))
}

/** Sections of pages that only some studies have something for. */
const OPTIONAL_SECTIONS: Readonly<Record<string, () => boolean>> = {
  'corpus/#style': () => loadCorpus()?.parts['2.2'] !== undefined,
  'evaluation/#seeds': () => Boolean(loadSummary()?.seeds),
  'evaluation/#split': () => Boolean(loadSummary()?.leakySplit),
  'evaluation/#home': () => Boolean(loadSummary()?.quick),
}

/** Whether there is such a page, and where one is named such a section of it: `evaluation/#split`. */
export function isShown(path: string): boolean {
  const listed = navigation().some(({ pages }) => pages.some((page) => page.path === path.replace(/#.*$/, '')))
  return listed && (OPTIONAL_SECTIONS[path]?.() ?? true)
}

/** Whether a file of results is handed out. */
export function isHandedOut(file: string): boolean {
  if (file === 'study.json') return loadStudyRecord() !== null
  return file === 'summary.json' || file === 'musical.json' ? isPublished(file) : file !== ''
}
