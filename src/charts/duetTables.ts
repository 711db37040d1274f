import type { DuetKnowledge, DuetPlayed, DuetReport } from '../results/duetReport.ts'
import { percentText } from '../support/text/percentText.ts'
import type { TableRow } from '../support/text/table.ts'

const digits = (value: number): string => (Number.isFinite(value) ? value.toFixed(2).replace('-', '−') : '–')
const share = (value: number): string => (Number.isFinite(value) ? percentText(value) : '–')
const modeWords = (mode: string): string => mode.replaceAll('-', ' ')

/** The published second voice comes first; the others are seeds of the same training. */
const publishedKnowledge = ({ knowledge }: DuetReport): DuetKnowledge | undefined =>
  knowledge.find(({ run }) => run === '3.3') ?? knowledge[0]

/** What the chapter answers first: what hearing the performer is worth, and whether a rule holds. */
export function duetAnswer(report: DuetReport): string[] {
  const known = publishedKnowledge(report)
  const below = rowOf(report, 'third-below', 'at-once')
  const ahead = rowOf(report, 'third-below', 'committed')
  return [
    ...(known === undefined
      ? []
      : [
          `Hearing the very step it plays on saves ${percentText(known.saved)} of the partner's loss; all the steps before change it by ${percentText(Math.abs(1 - known.before.loss / known.none.loss))}.`,
        ]),
    ...(below === undefined
      ? []
      : [
          `Told to stay a third below, it plays a third on ${share(below.thirds)} of the notes that begin together` +
            (ahead === undefined ? '.' : `; where it has to decide a step ahead, on ${share(ahead.thirds)}.`),
        ]),
  ]
}

const rowOf = ({ played }: DuetReport, mode: string, clock: DuetPlayed['clock']): DuetPlayed | undefined =>
  played.find((row) => row.isPlayed && row.mode === mode && row.clock === clock)

/** Loss by how much the partner knows of the other voice. */
export function knowledgeTable(report: DuetReport): TableRow[] {
  const known = publishedKnowledge(report)
  if (known === undefined) return []
  const kinds = [
    ['not at all', known.none],
    ['up to the step before', known.before],
    ['with what begins on its step', known.onset],
  ] as const
  return kinds.map(([words, { loss, rhythm, rest, pitch }]) => ({
    'it knows the other voice': words,
    ...{ loss: loss.toFixed(3), rhythm: rhythm.toFixed(3), 'note or rest': rest.toFixed(3), pitch: pitch.toFixed(3) },
  }))
}

/** What hearing the step saves, by run; and the loss alone beside that of the model it started from. */
export const seedTable = ({ knowledge }: DuetReport): TableRow[] =>
  knowledge.map(({ run, saved, alone }) => ({
    ...{ run, 'loss saved': percentText(saved) },
    'loss alone': alone?.loss.toFixed(3) ?? '–',
    'before, alone': alone?.parent.toFixed(3) ?? '–',
  }))

/** The same performers under each mode, by a clock. */
export const modesTable = ({ played }: DuetReport, wanted: DuetPlayed['clock']): TableRow[] =>
  played
    .filter(({ isPlayed, clock }) => isPlayed && clock === wanted)
    .map((row) => ({
      mode: modeWords(row.mode),
      ...{
        'thirds below': share(row.thirds),
        'moves with': digits(row.moves),
        'one note later': digits(row.delayedMoves),
      },
      ...{ 'outside the mode': share(row.outOfMode), 'bits per note': digits(row.bitsPerNote) },
    }))

/** The frontier: what a heavier rule keeps, and what it costs by the network. */
export function frontierTable({ frontier }: DuetReport): TableRow[] {
  const free = frontier.find(({ lambda }) => lambda === 0)
  return frontier.map(({ lambda, thirds, outOfMode, bitsPerNote }) => ({
    'weight of the rule': String(lambda),
    ...{ 'thirds below': share(thirds), 'outside the mode': share(outOfMode), 'bits per note': digits(bitsPerNote) },
    'bits more than without': digits(bitsPerNote - (free?.bitsPerNote ?? NaN)),
  }))
}

const COMPARED = [
  ['consonant', 'consonances, of notes that begin together'],
  ['parallels', 'parallel fifths and octaves'],
  ['crossings', 'above the performer'],
  ['contraryMotion', 'contrary motion'],
  ['similarMotion', 'similar motion'],
  ['obliqueMotion', 'oblique motion'],
] as const

/** The partner without rules beside people's own second voices: their middle 80% of passages. */
export function peopleTable(report: DuetReport): TableRow[] {
  const free = rowOf(report, 'free', 'at-once')
  if (free === undefined) return []
  return COMPARED.map(([name, words]) => {
    const [low = NaN, , high = NaN] = report.people[name] ?? []
    const isWithin = free[name] >= low && free[name] <= high
    return {
      ...{ share: words, partner: share(free[name]), 'people’s middle 80%': `${share(low)} to ${share(high)}` },
      within: isWithin ? 'yes' : 'no',
    }
  })
}

/** How fast it answers and what adaptation learns, a sentence each. */
export function duetSentences({ decisionMs, adaptation, imitation, page }: DuetReport): string[] {
  return [
    ...(decisionMs === null
      ? []
      : [
          `Outside the page a step takes ${decisionMs.median.toFixed(1)} ms, 99 of 100 at most ${decisionMs.p99.toFixed(1)} ms.`,
        ]),
    ...(page === undefined
      ? []
      : [
          `In the page, 99 of 100 decisions take at most ${page.decisionP99.toFixed(1)} ms, and 99 of 100 answers start within ${page.answerP99.toFixed(1)} ms of the key; ${page.missed} of ${page.deadlines.toLocaleString('en')} steps were decided after their time.`,
        ]),
    ...(adaptation === null
      ? []
      : [
          `A performer with a hidden favourite mode loses ${percentText(adaptation.regret)} of what an oracle would earn in 64 bars; once their taste changes, the new mode is found after ${adaptation.found} bars (medians of ${adaptation.runs} runs).`,
        ]),
    ...(imitation === undefined ? [] : [imitationSentence(imitation)]),
  ]
}

function imitationSentence({ loss, mixed, weight }: NonNullable<DuetReport['imitation']>): string {
  const saved = (loss - mixed) / loss
  const subject = 'A short-term model of the performer’s intervals, mixed into the pitches that the network expects,'
  return saved < 0.001
    ? `${subject} saves nothing on bars 9 and later (${loss.toFixed(3)} nats per step with and without it), so the partner has none.`
    : `${subject} with a weight of ${weight}, lowers the loss on bars 9 and later by ${percentText(saved)}, from ${loss.toFixed(3)} to ${mixed.toFixed(3)} nats per step; the partner plays without it.`
}
