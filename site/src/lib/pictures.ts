import { lossPartsSpec } from '../../../src/charts/lossParts.ts'
import {
  besidePeopleSpec,
  movedSpec,
  repeatsSpec,
  transferGlanceSpec,
  tunerAddsSpec,
} from '../../../src/charts/story.ts'
import { cssPalette } from '../../../src/charts/palette.ts'
import type { VegaLiteSpec } from '../../../src/charts/vegaLite.ts'
import { movedLosses } from './movedLosses.ts'
import { loadIterations, loadMusic, loadSummary, loadTuner } from './study.ts'

/** A figure that a chapter names: what it draws, null where the study lacks its results, and what to see in it. */
export interface Picture {
  readonly spec: () => VegaLiteSpec | null
  readonly caption: string
}

const palette = cssPalette
/** Those that a figure about causes compares: the study's model, what only counts, what looks back. */
const COMPARED = ['iteration 2.1', 'PPM', 'iteration 3.1']

/** The figures of the chapters that are prose, by the id in `figures.ts`. */
export const PICTURES: Readonly<Record<string, Picture>> = {
  'why-places': {
    spec: () => {
      const rows = loadSummary()?.lossParts?.general.filter(({ predictor }) => COMPARED.includes(predictor)) ?? []
      return rows.length === COMPARED.length ? lossPartsSpec(rows, 'general', { palette }) : null
    },
    caption:
      'Look at the first panel: inside a repeat the network of the study pays most and the one that looks back almost nothing. In each bar, what is paid for rhythm and for pitch.',
  },
  'why-repeats': {
    spec: () => {
      const rows = loadSummary()?.lossParts?.general
      return rows && rows.some(({ predictor }) => predictor === 'iteration 3.1') ? repeatsSpec(rows, { palette }) : null
    },
    caption:
      'A line that falls belongs to a predictor that knows a repeat when it comes. Those of the study rise: repeated music is denser, and to them it is as new as any other.',
  },
  'why-keys': {
    spec: () => {
      const rows = movedLosses()
      return rows && movedSpec(rows, { palette })
    },
    caption:
      'Twelve melodies that no model saw, moved up and down. The loss of a network that reads pitches depends on the key they are in; that of a network that reads intervals hardly does.',
  },
  'transfer-glance': {
    spec: () => {
      const [summary, transferred] = [loadSummary(), loadIterations().find(({ name }) => name === '2.2')]
      return summary && transferred ? transferGlanceSpec(transferred.result, summary, { palette }) : null
    },
    caption:
      'Transfer helped at once and then did harm: the loss drops within a few hundred steps and climbs above where it began. Points: test melodies of the style; thin line: validation melodies, which are other ones; dashed: what needs no training in the style.',
  },
  'beside-people': {
    spec: () => {
      const music = loadMusic()
      return music && besidePeopleSpec(music, { palette })
    },
    caption:
      'Each row counts one thing; people stand at the line. Everything keeps its key. What separates the voices is the first rows: how much comes back, and whether a leading note leads.',
  },
  'tuner-adds': {
    spec: () => {
      const report = loadTuner()
      return report && tunerAddsSpec(report, { palette })
    },
    caption:
      'In the first three rows the rules by themselves do as well as training. In the last row they do not: a motif takes several steps, and only the tuned policy plans for it.',
  },
}
