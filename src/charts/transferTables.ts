import type { DialPoint, Transfer } from '../results/transferReport.ts'
import type { TableRow } from '../support/text/table.ts'
import { withMinus } from '../support/text/withMinus.ts'
import { intervalText } from './evaluationTables.ts'
import { itemWhere } from '../support/itemAt.ts'

/** Both models of a transfer on both kinds of music, and the difference between them: loss in nats per step. */
export function forgettingTable({ forgetting, differences }: Transfer): TableRow[] {
  const rows = forgetting.map(({ iteration, general, style }): TableRow => ({
    model: `iteration ${iteration}`,
    'general music': intervalText('loss', general.loss),
    style: intervalText('loss', style.loss),
  }))
  const [before] = forgetting
  const change = (kind: 'general' | 'style'): string => {
    const { value } = differences[kind]
    const share = (100 * value) / before[kind].loss.value
    return `${intervalText('loss', differences[kind])}; ${share < 0 ? '' : '+'}${withMinus(share.toFixed(1))}%`
  }
  return [...rows, { model: 'difference', 'general music': change('general'), style: change('style') }]
}

/** The losses of what stands between the two models, on test melodies. */
export function dialTable({ dial: { points, chosen } }: Transfer): TableRow[] {
  return points.map((point): TableRow => {
    const { style, by, test } = point
    return {
      'share of the style model': style.toFixed(1),
      'mixed by': isPlace(point, chosen) ? `${by} (chosen)` : by,
      'general music': test.general.toFixed(3),
      style: test.style.toFixed(3),
    }
  })
}

/** What the dial's chosen place loses and gains, in words. */
export function dialSentence({ forgetting: [, { iteration }], dial: { points, chosen, limit } }: Transfer): string {
  const before = itemWhere(points, ({ style, by }) => style === 0 && by === chosen.by).test
  const percent = (value: number): string => `${Math.abs(100 * value).toFixed(1)}% ${value < 0 ? 'less' : 'more'}`
  const change = (kind: 'general' | 'style'): string => percent(chosen.test[kind] / before[kind] - 1)
  return (
    `Among the places where general loss rises by at most ${100 * limit}% on validation melodies, style loss is lowest with ` +
    `${chosen.style.toFixed(1)} of ${iteration}, ${chosen.by} mixed: on test melodies ${change('general')} loss on general ` +
    `music and ${change('style')} loss on the style than without transfer.`
  )
}

const isPlace = (a: DialPoint, b: DialPoint): boolean => a.style === b.style && a.by === b.by
