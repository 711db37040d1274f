import type { IterationName } from '../../../src/config/experimentConfig.ts'

/** Sections of the masthead, in its order; a page without one is linked from other pages only. */
export const SECTIONS = ['Report', 'Background', 'Results', 'Listen', 'Play', 'Notebooks', 'About'] as const
export type Section = (typeof SECTIONS)[number]

/** What a page may need: a file of `report/results`, the executed notebooks, the listening test, models to play, or the full study. */
export type Need =
  | `iterations/${IterationName}.json`
  | 'study.json'
  | 'summary.json'
  | 'corpus.json'
  | 'musical.json'
  | 'rl-tuner.json'
  | 'together.json'
  | 'duet.json'
  | 'starter.json'
  | 'notebooks'
  | 'listening'
  | 'models'
  | 'full'

export interface SitePage {
  /** Path inside the site; '' is the front page. */
  readonly path: string
  readonly label: string
  readonly section: Section
  /** What must be published for the page to be listed; the full study must have it. */
  readonly needs?: Need
  /** A chapter of the report: it has a previous and a next one, and stands in the PDF. */
  readonly chapter?: true
  /** On paper it stands in the appendix, as do the sections that a page marks `data-appendix`. */
  readonly appendix?: true
  /** One of the main pages, whose speed and quality are measured (`npm run bench site`). */
  readonly measured?: true
}

/**
 * Every page of the site that navigation shows, in reading order: THE list. A new page is a new line here; masthead,
 * foot, previous and next, sitemap, llms.txt, PDF and tests follow.
 */
export const PAGES: readonly SitePage[] = [
  { path: '', label: 'Overview', section: 'Report', chapter: true, measured: true },
  { path: 'study/', label: 'The study', section: 'Report', needs: 'study.json', chapter: true },
  { path: 'method/', label: 'What we reran', section: 'Report', needs: 'summary.json', chapter: true },
  { path: 'found/', label: 'What we found', section: 'Report', needs: 'summary.json', chapter: true },
  { path: 'why/', label: 'Why', section: 'Report', needs: 'full', chapter: true },
  {
    path: 'iteration-3.1/',
    label: 'What we changed',
    section: 'Report',
    needs: 'iterations/3.1.json',
    chapter: true,
    measured: true,
  },
  { path: 'gain/', label: 'What that bought', section: 'Report', needs: 'full', chapter: true },
  { path: 'limits/', label: 'What is missing', section: 'Report', needs: 'summary.json', chapter: true },
  { path: 'context/', label: 'Question', section: 'Background', needs: 'iterations/1.json', chapter: true },
  { path: 'terms/', label: 'Musical terms', section: 'Background', needs: 'iterations/1.json', chapter: true },
  { path: 'corpus/', label: 'Corpora', section: 'Background', needs: 'corpus.json', chapter: true },
  { path: 'lstm/', label: 'The network', section: 'Background', needs: 'iterations/2.1.json', chapter: true },
  { path: 'transfer/', label: 'Transfer', section: 'Background', needs: 'summary.json', chapter: true },
  { path: 'evaluation/', label: 'Numbers', section: 'Results', needs: 'summary.json', chapter: true, measured: true },
  { path: 'music/', label: 'Music', section: 'Results', needs: 'musical.json', chapter: true, measured: true },
  { path: 'rl-tuner/', label: 'RL Tuner', section: 'Results', needs: 'rl-tuner.json', chapter: true },
  { path: 'playing/', label: 'Playing with it', section: 'Results', needs: 'together.json', chapter: true },
  {
    path: 'together/',
    label: 'Playing together',
    section: 'Results',
    needs: 'duet.json',
    chapter: true,
    measured: true,
  },
  {
    path: 'iteration-1/',
    label: 'Iteration 1',
    section: 'Results',
    needs: 'iterations/1.json',
    chapter: true,
    appendix: true,
  },
  { path: 'iteration-2.1/', label: 'Iteration 2.1', section: 'Results', needs: 'iterations/2.1.json', chapter: true, appendix: true }, // prettier-ignore
  {
    path: 'iteration-2.2/',
    label: 'Iteration 2.2',
    section: 'Results',
    needs: 'iterations/2.2.json',
    chapter: true,
    appendix: true,
  },
  {
    path: 'iteration-3.2/',
    label: 'Iteration 3.2',
    section: 'Results',
    needs: 'iterations/3.2.json',
    chapter: true,
    appendix: true,
  },
  { path: 'melodies/', label: 'Melodies', section: 'Listen', needs: 'iterations/1.json', measured: true },
  { path: 'unseen/', label: 'Tunes no model saw', section: 'Listen', needs: 'starter.json' },
  { path: 'listening/', label: 'Listening test', section: 'Listen', needs: 'listening' },
  { path: 'play/', label: 'Play', section: 'Play', needs: 'models', measured: true },
  { path: 'notebooks/', label: 'Notebooks', section: 'Notebooks', needs: 'notebooks' },
  {
    path: 'from-magenta/',
    label: 'From Magenta',
    section: 'About',
    needs: 'iterations/2.1.json',
    chapter: true,
    appendix: true,
  },
  { path: 'references/', label: 'References', section: 'About', chapter: true },
  { path: 'about/', label: 'About', section: 'About', chapter: true, appendix: true },
  { path: 'api/', label: 'Programming interface', section: 'About' },
]

/** The chapters that tell the story, in order: each answers the question of its title. */
export const STORY = ['study/', 'method/', 'found/', 'why/', 'iteration-3.1/', 'gain/', 'limits/'] as const
