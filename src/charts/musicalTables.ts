import {
  type FidelityReport,
  type MusicalClaim,
  type MusicalReport,
  ourVerdict,
  type SetName,
  type Verdict,
} from '../results/musicalReport.ts'
import { STUDY_ITERATIONS } from '../config/scales.ts'
import { fisherProbability } from '../support/fisherProbability.ts'
import { wilsonInterval } from '../support/wilsonInterval.ts'
import { SET_ORDER } from './musical.ts'
import { shareText } from './measures.ts'
import { significant, type TableRow } from '../support/text/table.ts'
import { itemAt, itemWhere } from '../support/itemAt.ts'
import { inWords } from '../support/text/inWords.ts'

/** What is measured, for the tables. */
export type Definitions = Pick<MusicalReport, 'definitions' | 'claimDefinitions'>

/** The method section: what is measured, one row per metric. */
export function definitionTable({ definitions, claimDefinitions = [] }: Definitions): TableRow[] {
  return [...definitions, ...claimDefinitions].map(
    ({ criterion, title, formula, unit, range: [low, high], undefinedWhen, source }) => ({
      criterion,
      metric: title,
      formula,
      unit,
      range: `${low} to ${high ?? '∞'}`,
      'no value when': undefinedWhen,
      source,
    }),
  )
}

/** Means of every set, one row per metric; the report has the number of pieces of each. */
export function meanTable({ metrics, definitions }: Pick<MusicalReport, 'metrics' | 'definitions'>): TableRow[] {
  const present = SET_ORDER.filter((set) => metrics.some(({ sets }) => sets[set] !== undefined))
  return metrics.map(({ id, sets }) => {
    const { title, criterion } = itemWhere(definitions, (each) => each.id === id)
    const cells = present.map((set): [SetName, string] => [set, significant(sets[set]?.mean)])
    return { criterion, metric: title, ...Object.fromEntries(cells) }
  })
}

/** What the study said it heard, and what its files and ours say. */
export function claimTable({
  claims,
  definitions,
  claimDefinitions = [],
  runs,
  contrasts,
}: Definitions & Pick<MusicalReport, 'claims' | 'runs' | 'contrasts'>): TableRow[] {
  const defined = [...definitions, ...claimDefinitions]
  const beyond = (metric: string, primer: string): MusicalReport['contrasts'][number] | undefined =>
    contrasts.find(
      (each) => each.metric === metric && each.primer === primer && each.from === 'ours 2.1' && each.to === 'ours 3.1',
    )
  const hasEnd = claims.some(({ oursLast }) => oursLast !== undefined)
  return claims.map((claim) => ({
    claim: claim.text,
    metric: defined.find(({ id }) => id === claim.metric)?.title ?? claim.metric,
    "on the study's files": sideText(claim.study, claim.study?.verdict ?? null),
    'on ours': sideText(claim.ours, ourVerdict(claim, runs)),
    ...(hasEnd && { 'on ours, the end of 2.2': endText(claim) }),
    'iteration 3.1 less 2.1': beyondText(beyond(claim.metric, claim.primer)),
  }))
}

type Contrast = MusicalReport['contrasts'][number]

/** What a network that hears intervals does in the same measure: no claim of the study is about it, so it gets no verdict. */
function beyondText(contrast: Contrast | undefined): string {
  return contrast === undefined ? 'not measured' : changeText(contrast)
}

/** Iteration 2.2 as the study heard its own: after its last step. */
function endText({ to, oursLast }: MusicalClaim): string {
  return to === '2.2' ? sideText(oursLast ?? null, oursLast?.verdict ?? null) : '–'
}

/** A verdict, and everything that decided it: also the corrected p, because an interval that excludes 0 does not decide by itself. */
function sideText(side: MusicalClaim['ours'], verdict: Verdict | null): string {
  if (side === null || verdict === null) return 'not measured'
  return `${verdict}: ${changeText(side.contrast)}`
}

function changeText({ difference, adjusted }: Pick<Contrast, 'difference' | 'adjusted'>): string {
  const { value, low, high, n } = difference
  if (n === 0) return 'no melody has the measure'
  const p = `corrected p ${probabilityText(adjusted)}`
  return `${value < 0 ? '' : '+'}${significant(value)} (${significant(low)} to ${significant(high)}; n ${n}; ${p})`
}

const probabilityText = (p: number | null): string => {
  if (!isNumber(p)) return '–'
  return p < 0.001 ? '< 0.001' : p.toFixed(3)
}

const INTERVALS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12', 'more'] as const

/** How often melodies move by each interval (in semitones, up or down): one row per interval, one column per set. */
export function intervalTable({ motion }: Pick<MusicalReport, 'motion'>): TableRow[] {
  return INTERVALS.map((semitones, n) => ({
    semitones,
    ...Object.fromEntries(motion.map(({ set, shares }) => [set, shareText(itemAt(shares, n))])),
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

const OURS: readonly SetName[] = SET_ORDER.filter((set) => set.startsWith('ours'))

/** The parts of the musical report that its sentences use. */
export type Sentences = Pick<MusicalReport, 'metrics' | 'definitions' | 'claims' | 'fidelity' | 'besideHuman' | 'runs'>

/** The results of the musical evaluation in plain sentences; each follows from the numbers, whatever they are. */
export function musicSentences(report: Sentences): string[] {
  return [
    ...AUDIBLE.flatMap((id) => audibleSentence(report, id) ?? []),
    ...apartSentences(report),
    claimsSentence(report),
    ...fewSentences(report),
    ...fidelitySentences(report),
  ]
}

/** The differences between people and models that one hears first, in that order: by metric, what its mean counts. */
const WORDS: Readonly<Record<string, string>> = {
  barSimilarity4: 'Notes that return four bars later',
  motifCoverage: 'Notes in a motif that returns',
  leadingNoteResolution: 'Leading notes that resolve to the tonic',
  stepwiseShare: 'Moves by step (one or two semitones)',
}
const AUDIBLE = Object.keys(WORDS)

/** The means of people and of our models in a measure that one can hear, in words; null where no human melody has it. */
export function audibleSentence({ metrics }: Pick<MusicalReport, 'metrics'>, id: string): string | null {
  const sets = metrics.find((metric) => metric.id === id)?.sets ?? {}
  const mean = (set: SetName): string => shareText(sets[set]?.mean ?? null)
  if (!isNumber(sets['human general']?.mean) || WORDS[id] === undefined) return null
  const style = isNumber(sets['human style']?.mean) ? ` (${mean('human style')} in the style)` : ''
  const ours = OURS.filter((set) => sets[set] !== undefined)
  const names = ours.map((set) => set.replace('ours ', ''))
  return `${WORDS[id]}: ${mean('human general')} in people's melodies${style}; ${inWords.format(ours.map(mean))} in those of iterations ${inWords.format(names)}.`
}

/** A difference in ranks of this size is called medium (Romano et al. 2006); smaller ones are left to the table. */
const MEDIUM = 0.33

/** How one set lies against human melodies: on neither side unless ranks, their interval and the means agree. */
function sideOf({ metrics, besideHuman = [] }: Sentences, id: string, set: SetName): 'lower' | 'higher' | null {
  const { sets } = itemWhere(metrics, (metric) => metric.id === id)
  const [human, own] = [sets['human general']?.mean, sets[set]?.mean]
  const effect = besideHuman.find((each) => each.metric === id && each.set === set)?.effect
  if (effect === undefined || !isNumber(effect.value) || !isNumber(human) || !isNumber(own)) return null
  if (effect.value <= -MEDIUM && effect.high < 0 && own < human) return 'lower'
  return effect.value >= MEDIUM && effect.low > 0 && own > human ? 'higher' : null
}

/**
 * The measures in which models differ from people in the same direction, by rank, by interval and in their means: the three of the
 * study together, and each of those beyond it.
 */
function apartSentences(report: Sentences): string[] {
  const { besideHuman } = report
  if (besideHuman === undefined) return []
  const beyond = OURS.slice(STUDY_ITERATIONS.length).filter((of) => besideHuman.some(({ set }) => set === of))
  return [
    `${apartText(report, 'Iterations 1, 2.1 and 2.2 all have', OURS.slice(0, STUDY_ITERATIONS.length))} ` +
      `“Clearly”: Cliff's delta is ${MEDIUM} or more, its 95% interval excludes zero, and the means agree.`,
    ...beyond.map((set) => apartText(report, `Iteration ${set.replace('ours ', '')} has`, [set])),
  ]
}

function apartText(report: Sentences, subject: string, sets: readonly SetName[]): string {
  const titles = (side: 'lower' | 'higher'): string =>
    report.metrics
      .filter(({ id }) => sets.every((set) => sideOf(report, id, set) === side))
      .map(({ id }) => report.definitions.find((each) => each.id === id)?.title ?? id)
      .join(', ') || 'none'
  return `${subject} clearly lower values than people in: ${titles('lower')}; clearly higher ones in: ${titles('higher')}.`
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

/** How many of the study's claims its own files bear out, and ours, with the end of iteration 2.2's run where that was measured. */
export function claimsSentence({ claims, runs }: Pick<MusicalReport, 'claims' | 'runs'>): string {
  const study = claims.flatMap(({ study }) => study?.verdict ?? [])
  const ours = claims.flatMap((claim) => ourVerdict(claim, runs) ?? [])
  const last = claims.flatMap(({ oursLast }) => oursLast?.verdict ?? [])
  return [
    `The study made ${claims.length} claims about how its melodies sound.`,
    countsText('Its own files', study),
    countsText('Ours', ours),
    ...(last.length === 0
      ? []
      : [
          countsText(
            `Of the ${last.length} about iteration 2.2, continuations at the end of our run, where the study listened,`,
            last,
          ),
        ]),
  ].join(' ')
}

function countsText(whose: string, verdicts: readonly Verdict[]): string {
  if (verdicts.length === 0) return `${whose} were not measured.`
  const count = (verdict: Verdict): number => verdicts.filter((each) => each === verdict).length
  const confounded = count('data and steps differ')
  const open = `leave ${count('the data do not decide')} open`
  const rest =
    confounded === 0
      ? ''
      : ` The other ${confounded} are about more data, and our two models differ in their steps as well, so ours cannot be asked.`
  return `${whose} support ${count('borne out')}, contradict ${count('contradicted')} and ${open}.${rest}`
}

const SIGNIFICANT = 0.05

/** What so few pieces could have shown at best: the smallest p of a sign-flip test. Nothing where it could have decided. */
export function fewSentences({ claims }: Pick<MusicalReport, 'claims'>): string[] {
  const perPrimer = claims.flatMap(({ primer, study }) => (primer === 'all' || study === null ? [] : [study]))
  const pairs = Math.max(0, ...perPrimer.map(({ contrast }) => contrast.difference.n))
  const smallest = 2 ** (1 - pairs)
  if (pairs === 0 || smallest < SIGNIFICANT) return []
  return [
    `${perPrimer.length} of these claims are about one primer, and the study published ${pairs} pieces of it per iteration. ` +
      `They could not have decided anything by this test: its smallest p with ${pairs} pairs is ${significant(smallest)}, before any correction.`,
  ]
}

const foundOf = ({ confusion }: FidelityReport): number =>
  confusion.reduce((sum, row, place) => sum + (row[place] ?? 0), 0)

/** How often a continuation finds its own primer: ours and the study's side by side, with intervals. */
export function fidelityTable({
  fidelity,
  fidelityOnStudyPrimers = [],
}: Pick<MusicalReport, 'fidelity' | 'fidelityOnStudyPrimers'>): TableRow[] {
  const rows = fidelity.map((report) => fidelityRow(report, studyOf(report, fidelity)))
  const restricted = fidelityOnStudyPrimers.map((report) => fidelityRow(report, studyOf(report, fidelity)))
  return [...rows, ...restricted]
}

const studyOf = ({ set }: FidelityReport, fidelity: readonly FidelityReport[]): FidelityReport | undefined =>
  set.startsWith('ours') ? fidelity.find((each) => each.set === set.replace('ours', 'study')) : undefined

function fidelityRow(report: FidelityReport, study: FidelityReport | undefined): TableRow {
  const found = foundOf(report)
  const { low, high } = wilsonInterval(found, report.n)
  return {
    melodies: report.set,
    'find their own primer': `${shareText(report.n === 0 ? NaN : found / report.n)} (${shareText(low)} to ${shareText(high)})`,
    found,
    of: report.n,
    'primers told apart': report.primers.length,
    'by guessing': shareText(report.chance),
    "p against the study's":
      study?.primers.length === report.primers.length ? probabilityText(differs(report, study)) : '–',
  }
}

const differs = (a: FidelityReport, b: FidelityReport): number =>
  fisherProbability({ successes: foundOf(a), trials: a.n }, { successes: foundOf(b), trials: b.n })

/** Whether continuations imitate their primer: against guessing, and beside the study's own files. */
export function fidelitySentences(report: Pick<MusicalReport, 'fidelity' | 'fidelityOnStudyPrimers'>): string[] {
  return report.fidelity.flatMap((ours) => {
    if (!ours.set.startsWith('ours') || ours.n === 0) return []
    const { low, high } = wilsonInterval(foundOf(ours), ours.n)
    const name = ours.set.replace('ours ', '')
    const own =
      `Given a continuation by iteration ${name}, one can tell which of ${ours.primers.length} primers it came from in ` +
      `${shareText(ours.share)} of ${ours.n} cases (95% interval ${shareText(low)} to ${shareText(high)}; guessing: ${shareText(ours.chance)})`
    const study = studyOf(ours, report.fidelity)
    return [study === undefined ? `${own}.` : `${own}; ${studyText(ours, study, report.fidelityOnStudyPrimers)}.`]
  })
}

function studyText(ours: FidelityReport, study: FidelityReport, restricted: readonly FidelityReport[] = []): string {
  const { low, high } = wilsonInterval(foundOf(study), study.n)
  const told = study.primers.length
  const share = `in the study's own files in ${shareText(study.share)} of ${study.n} (${shareText(low)} to ${shareText(high)})`
  const equal = told === ours.primers.length ? ours : restricted.find(({ set }) => set === ours.set)
  const among = told === ours.primers.length ? '' : `, among ${told} primers`
  if (equal === undefined) return `${share}${among}`
  const own = equal === ours ? '' : `, where ours reach ${shareText(equal.share)} of ${equal.n}`
  const p = differs(equal, study)
  const verdict =
    p < SIGNIFICANT
      ? `${equal.share < study.share ? 'fewer' : 'more'} than in the study's`
      : 'the data do not decide which is higher'
  return `${share}${among}${own} (p ${probabilityText(p)}: ${verdict})`
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
