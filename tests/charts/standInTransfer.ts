import { DIAL_WAYS } from '../../src/config/dial.ts'
import type { DialPoint, Transfer } from '../../src/results/transferReport.ts'
import { standInScores } from './standInSummary.ts'

/** A made-up transfer, of 3.1 to 3.2: the style gains .2, general music loses .1; in between outputs lose less than weights. */
export function standInTransfer(run = 'smoke-b-s1'): Transfer {
  const points = DIAL_WAYS.flatMap((by) =>
    [0, 0.5, 1].map((style): DialPoint => {
      const lost = style === 0.5 && by === 'outputs' ? 0.025 : 0.1 * style
      const losses = { general: 1 + lost, style: 1.25 - 0.25 * style }
      return { style, by, validation: losses, test: losses }
    }),
  )
  const point = (step: number, train: number, heldOut: number) => ({
    ...{ step, train: { accuracy: 0.5, loss: train }, heldOut: { accuracy: 0.5, loss: heldOut } },
  })
  return {
    forgetting: [
      { iteration: '3.1', run: 'smoke-a-s1', step: 40, general: standInScores(1), style: standInScores(1.25) },
      { iteration: '3.2', run, step: 60, general: standInScores(1.1), style: standInScores(1) },
    ],
    differences: {
      general: { value: 0.1, low: 0.05, high: 0.15 },
      style: { value: -0.25, low: -0.3, high: -0.2 },
    },
    dial: {
      ...{ melodies: { validation: { general: 4, style: 3 }, test: { general: 4, style: 3 } }, points, limit: 0.03 },
      chosen: points.find(({ style, by }) => style === 0.5 && by === 'outputs')!,
    },
    gap: {
      curve: [point(50, 1.2, 1.1), point(60, 0.9, 1)],
      published: { train: standInScores(0.875), test: standInScores(1) },
    },
  }
}
