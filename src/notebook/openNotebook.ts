import type { Scale } from '../config/experimentConfig.ts'
import { readResults } from '../results/publishedResults.ts'
import { type StudyFolders, studyFolders } from '../support/projectRoot.ts'
import { counted } from '../support/text/counted.ts'
import { display, type NotebookDisplay, type Tslab } from './display.ts'
import { type NotebookRequest, notebookRequest } from './notebookRequest.ts'

/** What the cells of a notebook work with. */
export interface Notebook {
  /** Shows tables, charts, rolls and players below a cell. */
  readonly show: NotebookDisplay
  /** Scale and music, and whether cells may train. */
  readonly request: NotebookRequest
  /** Where results, weights and data lie. */
  readonly folders: StudyFolders
}

/** What a notebook needs besides results. */
export interface NotebookNeeds {
  /** Whether there are cells that train a network of their own here, whatever the mode. */
  readonly trainsHere?: string
}

/**
 * Opens what a notebook's cells work with, and shows the mode in a line: which results are read, or at which scale cells train.
 * @example const { show } = openNotebook(tslab)
 */
export function openNotebook(tslab: Tslab, needs: NotebookNeeds = {}): Notebook {
  const show = display(tslab)
  const request = notebookRequest()
  const folders = studyFolders(process.env, request.scale)
  const dates = readResults(folders.root).map(({ environment }) => environment.date)
  show.sentences([modeSentence(request, dates), ...(needs.trainsHere === undefined ? [] : [needs.trainsHere])])
  return { show, request, folders }
}

const SCALE_WORDS: Readonly<Record<Scale, string>> = {
  full: 'full scale',
  quick: 'quick scale',
  smoke: 'smoke scale: it checks that everything runs, and the melodies are poor',
}
const MINUTES: Readonly<Record<Scale, string>> = {
  smoke: 'less than a minute per iteration',
  quick: 'about 3 minutes per iteration',
  full: 'up to four hours per iteration',
}

/**
 * In which mode a notebook runs, in a sentence.
 * @param dates when each result was made, as ISO dates; empty where there are none.
 * @example modeSentence({ scale: 'full', train: false, corpus: [], style: [] }, ['2026-11-29T10:00:00Z'])
 */
export function modeSentence(request: NotebookRequest, dates: readonly string[]): string {
  const { scale, train, corpus, style, seed, steps, settings } = request
  const music = [...corpus, ...style].join(', ') || (scale === 'full' ? 'the shared corpora' : 'the embedded tunes')
  const changed = [
    ...(seed === undefined ? [] : [`seed ${seed}`]),
    ...(steps === undefined ? [] : [counted(steps, 'step')]),
    ...(settings === undefined ? [] : [JSON.stringify(settings)]),
  ]
  const said = changed.length === 0 ? '' : `, ${changed.join(', ')}`
  if (train)
    return `Mode: training. ${sentenceCase(SCALE_WORDS[scale])}, ${music}${said}: cells train what is not trained yet, ${MINUTES[scale]}.`
  const latest = [...dates].sort().at(-1)
  if (latest === undefined)
    return `Mode: reading. No results are published at ${SCALE_WORDS[scale]} yet: cells that need them say which notebook or command makes them.`
  return `Mode: reading. Published results of ${latest.slice(0, 10)}, ${SCALE_WORDS[scale]}, ${music}: no iteration is trained here.`
}

const sentenceCase = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
