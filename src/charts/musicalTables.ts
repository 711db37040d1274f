import type { MusicalClaim, MusicalReport, SetName, Verdict } from '../iterations/musicalReport.js'
import { SET_ORDER } from './musical.js'
import { shareText } from './measures.js'
import { significant, type TableRow } from './table.js'

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
    const cells = present.map((set): [SetName, string] => [set, significant(sets[set]?.mean)])
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
  return `${side.verdict}: ${value < 0 ? '' : '+'}${significant(value)} (${significant(low)} to ${significant(high)}; n ${n})`
}

const INTERVALS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12', 'more'] as const

/** How often each interval (in semitones, up or down) is moved by, a row an interval, a column a set. */
export function intervalTable({ motion }: Pick<MusicalReport, 'motion'>): TableRow[] {
  return INTERVALS.map((semitones, n) => ({
    semitones,
    ...Object.fromEntries(motion.map(({ set, shares }) => [set, shareText(shares[n]!)])),
  }))
}

/** What becomes of the leading notes of each set. */
export function leadingNoteTable({ motion }: Pick<MusicalReport, 'motion'>): TableRow[] {
  return motion.map(({ set, leadingNotes, resolved }) => ({
    set,
    'leading notes with a follower': leadingNotes,
    'of them to the tonic': resolved,
    share: leadingNotes === 0 ? '–' : shareText(resolved / leadingNotes),
  }))
}

const OURS: readonly SetName[] = ['ours 1', 'ours 2.1', 'ours 2.2']
const VERDICTS: readonly Verdict[] = ['borne out', 'contradicted', 'the data do not decide']

/** What the musical evaluation comes to, in plain sentences; each follows from the numbers, whatever they are. */
export function musicSentences(
  report: Pick<MusicalReport, 'metrics' | 'definitions' | 'claims' | 'fidelity'>,
): string[] {
  const { claims, fidelity } = report
  return [
    apartSentence(report),
    `Of ${claims.length} things the study said it heard, on its own files ${verdictCounts(claims.map(({ study }) => study))}; on ours ${verdictCounts(claims.map(({ ours }) => ours))}.`,
    ...fidelity
      .filter(({ set }) => set === 'ours 2.1')
      .map(
        ({ share, chance, n }) =>
          `A continuation of iteration 2.1 finds its own primer among the others in ${shareText(share)} of ${n} cases; chance would give ${shareText(chance)}.`,
      ),
  ]
}

/** The measures in which all three iterations leave the middle half of the human melodies on the same side. */
function apartSentence({ metrics, definitions }: Pick<MusicalReport, 'metrics' | 'definitions'>): string {
  const sides = metrics.map(({ id, sets }) => {
    const [, low, , high] = sets['human general']?.percentiles ?? [] // null where no human melody has a value
    const means = OURS.map((set) => sets[set]?.mean ?? NaN)
    const title = definitions.find((each) => each.id === id)?.title ?? id
    if (!isNumber(low) || !isNumber(high) || !means.every(isNumber)) return null
    if (means.every((mean) => mean < low)) return { title, side: 'below' }
    return means.every((mean) => mean > high) ? { title, side: 'above' } : null
  })
  const of = (side: string): string =>
    sides.flatMap((each) => (each?.side === side ? [each.title] : [])).join(', ') || 'none'
  return `All three iterations lie below the middle half of human melodies in: ${of('below')}; above it in: ${of('above')}.`
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

function verdictCounts(sides: readonly MusicalClaim['ours'][]): string {
  const judged = sides.filter((side) => side !== null)
  if (judged.length === 0) return 'none could be judged'
  return VERDICTS.map(
    (verdict) =>
      `${judged.filter((side) => side.verdict === verdict).length} ${verdict === 'the data do not decide' ? 'undecided' : verdict}`,
  ).join(', ')
}

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
