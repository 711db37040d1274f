import type { MusicalClaim, MusicalReport, SetName } from '../iterations/musicalReport.js'
import { SET_ORDER } from './musical.js'
import type { TableRow } from './table.js'

const number = (value: number | null | undefined): string =>
  value === null || value === undefined || Number.isNaN(value) ? '–' : String(Number(value.toPrecision(3)))

/** The method section: what is measured, a row a metric. */
export function definitionTable({ definitions }: Pick<MusicalReport, 'definitions'>): TableRow[] {
  return definitions.map(({ criterion, title, formula, unit, range: [low, high], undefinedWhen, source }) => ({
    criterion,
    metric: title,
    formula,
    unit,
    range: `${low} to ${high ?? '∞'}`,
    'no value when': undefinedWhen,
    source,
  }))
}

/** Means of every set, a row a metric; the number of pieces each is of stands in the report. */
export function meanTable({ metrics, definitions }: Pick<MusicalReport, 'metrics' | 'definitions'>): TableRow[] {
  const present = SET_ORDER.filter((set) => metrics.some(({ sets }) => sets[set] !== undefined))
  return metrics.map(({ id, sets }) => {
    const { title, criterion } = definitions.find((each) => each.id === id)!
    const cells = present.map((set): [SetName, string] => [set, number(sets[set]?.mean)])
    return { criterion, metric: title, ...(Object.fromEntries(cells) as Record<string, string>) }
  })
}

/** What the study said it heard, and what its files and ours say. */
export function claimTable({ claims, definitions }: Pick<MusicalReport, 'claims' | 'definitions'>): TableRow[] {
  return claims.map(({ text, metric, study, ours }) => ({
    claim: text,
    metric: definitions.find(({ id }) => id === metric)?.title ?? metric,
    "on the study's files": sideText(study),
    'on ours': sideText(ours),
  }))
}

function sideText(side: MusicalClaim['ours']): string {
  if (side === null) return 'not measured'
  const { value, low, high, n } = side.contrast.difference
  return `${side.verdict}: ${value < 0 ? '' : '+'}${number(value)} (${number(low)} to ${number(high)}; n ${n})`
}

const INTERVALS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12', 'more'] as const

/** How often each interval (in semitones, up or down) is moved by, a row an interval, a column a set. */
export function intervalTable({ motion }: Pick<MusicalReport, 'motion'>): TableRow[] {
  return INTERVALS.map((semitones, n) => ({
    semitones,
    ...Object.fromEntries(motion.map(({ set, shares }) => [set, percent(shares[n]!)])),
  }))
}

/** What becomes of the leading notes of each set. */
export function leadingNoteTable({ motion }: Pick<MusicalReport, 'motion'>): TableRow[] {
  return motion.map(({ set, leadingNotes, resolved }) => ({
    set,
    'leading notes with a follower': leadingNotes,
    'of them to the tonic': resolved,
    share: leadingNotes === 0 ? '–' : percent(resolved / leadingNotes),
  }))
}

const percent = (share: number): string => (Number.isFinite(share) ? `${(share * 100).toFixed(1)}%` : '–')

/** How many published melodies lie how near to what was learnt from: the nearest ones first. */
export function nearestTable({ nearest }: Pick<MusicalReport, 'nearest'>, most = 10): TableRow[] {
  return nearest
    .toSorted((a, b) => b.moves - a.moves)
    .slice(0, most)
    .map(({ melody, moves, title, id, source }) => ({
      melody,
      'moves in common': moves,
      'training melody': title ?? id ?? '–',
      source: source ?? '–',
    }))
}
