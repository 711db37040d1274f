import type { ControlReport } from '../results/controlReport.ts'
import { TOGETHER_AIMS } from '../results/togetherAims.ts'
import type { TogetherReport } from '../results/togetherReport.ts'
import { percentText } from '../support/text/percentText.ts'
import { significant, type TableRow } from '../support/text/table.ts'

/** One thing that playing together must reach. */
export interface Aim {
  readonly what: string
  readonly asked: string
  readonly measured: string
  readonly isMet: boolean
}

/** Everything that was asked of playing together beside what was measured. */
export function togetherAims(report: TogetherReport): Aim[] {
  const { players, page, controls } = report
  return [
    ...(controls === undefined ? [] : controlAims(controls)),
    ...playerAims(players),
    ...(page === null ? [] : pageAims(page)),
  ]
}

/** The same as a table. */
export const togetherRows = (report: TogetherReport): TableRow[] =>
  togetherAims(report).map(({ what, asked, measured, isMet }) => ({ what, asked, measured, met: isMet ? 'yes' : 'no' }))

const most = (what: string, value: number, [limit, unit]: readonly [number, string]): Aim => ({
  ...{ what, asked: `at most ${limit.toLocaleString('en')} ${unit}`.trim(), isMet: value <= limit },
  measured: `${Number.isInteger(value) ? value.toLocaleString('en') : significant(value)} ${unit}`.trim(),
})

const least = (what: string, value: number, [limit, unit]: readonly [number, string]): Aim => ({
  ...{ what, asked: `at least ${significant(limit)} ${unit}`.trim(), isMet: value >= limit },
  measured: `${significant(value)} ${unit}`.trim(),
})

const leastShare = (what: string, value: number, limit: number): Aim => ({
  ...{ what, asked: `at least ${percentText(limit)}`, measured: percentText(value), isMet: value >= limit },
})

const all = (what: string, [right, of, asked]: readonly [number, number, number]): Aim => ({
  ...{ what, asked: `${asked} of ${asked}`, measured: `${right} of ${of}`, isMet: right === of && of >= asked },
})

function controlAims(controls: ControlReport): Aim[] {
  return [...keyAims(controls), ...lockAims(controls), ...sliderAims(controls), ...timeAims(controls)]
}

const keyWords = (key: string): string => (key === 'own' ? 'tune’s key' : 'key found in the primer')

function keyAims({ iteration, keys }: ControlReport): Aim[] {
  const hard = keys.filter((row) => row.hard)
  return [
    ...hard.map((row) => leastShare(`Notes in the ${keyWords(row.key)}, model ${row.iteration}`, row.held, 1)),
    ...hard
      .filter((row) => row.iteration === iteration)
      .map(({ key, bitsPerNote }) =>
        most(`Cost of the ${keyWords(key)}`, bitsPerNote.value, [TOGETHER_AIMS.keyBits, 'bits per note']),
      ),
  ]
}

function lockAims({ locks, metre }: ControlReport): Aim[] {
  return [
    all('Primers that keep their metre', [metre.kept, metre.primers, TOGETHER_AIMS.metrePrimers]),
    apart(metre),
    ...locks.map(({ control, pieces, identical }) => {
      const kept = control === 'rhythm' ? 'rhythm is' : 'pitches are'
      return all(`Melodies whose ${kept} kept`, [identical, pieces, TOGETHER_AIMS.locked])
    }),
  ]
}

function sliderAims({ sliders, rewrite }: ControlReport): Aim[] {
  return [
    ...sliders.map(({ control, spearman, pieces }) =>
      least(`Rank correlation of asked and measured ${SLIDER_WORDS[control]}, ${pieces} pieces`, spearman, [
        TOGETHER_AIMS.spearman[control],
        '',
      ]),
    ),
    ...rewrite.filter(({ candidates }) => candidates === TOGETHER_AIMS.rewrite.candidates).flatMap(rewriteAims),
  ]
}

function timeAims({ time, dial }: ControlReport): Aim[] {
  return [
    ...time.map(({ control, ratio }) =>
      most(`Time of a step with ${control}`, ratio, [TOGETHER_AIMS.time.control, 'times a plain step']),
    ),
    ...dial.flatMap(({ from, to, endsEqual, ratio }): Aim[] => [
      {
        what: `Both ends of the dial from ${from} to ${to} are the models’ own bytes`,
        asked: 'yes',
        measured: endsEqual ? 'yes' : 'no',
        isMet: endsEqual,
      },
      most(`Time of a step between ${from} and ${to}`, ratio, [TOGETHER_AIMS.time.dial, 'times a plain step']),
    ]),
  ]
}

const SLIDER_WORDS = {
  density: 'density',
  range: 'range',
  stepwise: 'share of steps',
  repetition: 'repetition',
} as const

/** Whether 3/4 and 6/8 from one primer part: the intervals of their onsets on the beats do not touch. */
function apart({ rows, from, pieces }: ControlReport['metre']): Aim {
  const accented = (name: string) => rows.find((row) => row.metre === name && row.accent > 0)
  const [waltz, jig] = [accented('3/4'), accented('6/8')]
  const isMet =
    waltz !== undefined &&
    jig !== undefined &&
    waltz.onBeatsOf34.low > jig.onBeatsOf34.high &&
    jig.onBeatsOf68.low > waltz.onBeatsOf68.high
  return {
    ...{ what: `Onsets on the beats of 3/4 and of 6/8, from the primer ${from}, ${pieces} pieces each`, isMet },
    ...{ asked: 'intervals apart', measured: isMet ? 'apart' : 'overlapping' },
  }
}

function rewriteAims({
  candidates,
  bars,
  tunes,
  gain,
  othersIdentical,
  milliseconds,
}: ControlReport['rewrite'][number]): Aim[] {
  const aims = TOGETHER_AIMS.rewrite
  const of = `the best of ${candidates}, ${bars} bars of ${tunes} melodies`
  const gained = least(`Likelihood of what follows rewritten bars over a blind redraw: ${of}`, gain.value, [
    aims.gain,
    'nats per step',
  ])
  return [
    { ...gained, isMet: gained.isMet && gain.low > 0 },
    most('Time to rewrite a bar', milliseconds, [aims.milliseconds, 'ms']),
    {
      ...all('Rewritten melodies whose other bars stay', [othersIdentical, bars, aims.melodies]),
      isMet: othersIdentical === bars && bars >= aims.melodies,
    },
  ]
}

function playerAims(players: TogetherReport['players']): Aim[] {
  const calibrated = players.filter(({ isCalibrated }) => isCalibrated)
  const worst = (some: typeof players, of: (row: (typeof players)[number]) => number): number =>
    Math.min(...some.map(of))
  const upTo = (limit: number) => calibrated.filter(({ beatsPerMinute }) => beatsPerMinute <= limit)
  return [
    ...TOGETHER_AIMS.onsets.map(({ upTo: limit, share }) =>
      leastShare(
        `Right onsets of simulated players up to ${limit} bpm`,
        worst(upTo(limit), ({ rightOnsets }) => rightOnsets),
        share,
      ),
    ),
    leastShare(
      'Right lengths of simulated players',
      worst(calibrated, ({ rightLengths }) => rightLengths),
      TOGETHER_AIMS.lengths,
    ),
  ]
}

function pageAims({
  firstEventMs,
  barLineMs,
  midiOutMs,
  gaps,
  visit,
  hum,
}: NonNullable<TogetherReport['page']>): Aim[] {
  const aims = TOGETHER_AIMS
  return [
    most('First event of a reply, after the last note', firstEventMs.most, [aims.firstEventMs, 'ms']),
    most('Reply’s first note, from the bar line', barLineMs.most, [aims.barLineMs, 'ms']),
    most('MIDI messages, from their notes', midiOutMs.most, [aims.midiOutMs, 'ms']),
    most(`Gaps in the sound, in ${gaps.minutes} minutes`, gaps.silences + gaps.lags, [0, '']),
    most('JavaScript before the first touch', visit.scriptBytes, [aims.scriptBytes, 'bytes']),
    most('All that is loaded up to the first reply', visit.bytesToReply, [aims.bytesToReply, 'bytes']),
    most('From opening the page to a reply', visit.secondsToReply, [aims.secondsToReply, 's']),
    leastShare('Hummed pitches that are heard right', hum.right / Math.max(hum.notes, hum.heard), aims.pitches),
  ]
}
