import { ITERATIONS } from '../../../src/config/scales.ts'
import { recordOf } from '../../../src/support/records.ts'
import { isFullScale } from './fullScale.ts'
import { loadHeldOut } from './heldOut.ts'
import { loadListeningTest } from './listening.ts'
import { once } from './once.ts'
import { type Need, PAGES, SECTIONS, type Section, type SitePage } from './pages.ts'
import { loadPlayModels } from './playModels.ts'
import {
  loadCorpus,
  loadDuet,
  loadIterations,
  loadMusic,
  loadNotebooks,
  loadSteps,
  loadStudyRecord,
  loadSummary,
  loadTogether,
  loadTuner,
} from './study.ts'

interface NavigationSection {
  readonly title: Section
  readonly pages: readonly SitePage[]
}

/** The pages there is something to show on, by section; sections without any are left out. */
export const navigation = once((): NavigationSection[] => {
  const shown = PAGES.filter(({ needs }) => needs === undefined || IS_PUBLISHED[needs]())
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

/** Whether what a page needs is there: each loader throws where the full study lacks it. */
export const IS_PUBLISHED: Readonly<Record<Need, () => boolean>> = {
  ...recordOf(
    ITERATIONS.map((name) => `iterations/${name}.json` as const),
    (needs) => () => loadIterations().some(({ name }) => needs === `iterations/${name}.json`),
  ),
  'study.json': () => loadStudyRecord() !== null,
  'summary.json': () => loadSummary() !== null,
  'corpus.json': () => loadCorpus() !== null,
  'musical.json': () => loadMusic() !== null,
  'rl-tuner.json': () => loadTuner() !== null,
  'together.json': () => loadTogether() !== null,
  'duet.json': () => loadDuet() !== null,
  'starter.json': () => loadHeldOut() !== null,
  notebooks: () => loadNotebooks().length > 0,
  listening: () => loadListeningTest() !== null,
  models: () => loadPlayModels().length > 0,
  // Chapters whose words are those of the full study alone.
  full: isFullScale,
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

/** Results that some studies lack; all others are there wherever their page is. */
const LOADED: Readonly<Record<string, () => boolean>> = { ...IS_PUBLISHED, 'steps.json': () => loadSteps() !== null }

/** Whether a file of results is handed out. */
export const isHandedOut = (file: string): boolean => file !== '' && (LOADED[file]?.() ?? true)
