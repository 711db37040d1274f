import { expect, it } from 'vitest'
import { adjusted, type EventView, pitchWeights } from '../../../src/generation/control/adjustment.ts'

const pitches = new Float64Array(128)
pitches.set([0.5, 0.25, 0.25], 60)
const view: EventView = { kinds: [0.5, 0.25, 0.25], pitches }
const only = (pitch: number) => pitchWeights((each) => (each === pitch ? 0 : -Infinity))

it('leaves a view as it is without adjustments', () => {
  const { view: same, nats } = adjusted(view, [])
  expect([...same.kinds]).toEqual([0.5, 0.25, 0.25])
  expect(same.pitches).toEqual(pitches)
  expect(nats).toBe(0)
})

it('multiplies weights and counts the divergence in nats', () => {
  // Twice the weight on notes: 2/4 hold, 1/4 off, 2/4 note over 5/4.
  const { view: louder, nats } = adjusted(view, [{ kinds: [0, 0, Math.log(2)] }])
  expect(louder.kinds[0]).toBeCloseTo(0.4)
  expect(louder.kinds[2]).toBeCloseTo(0.4)
  expect(nats).toBeCloseTo(0.4 * Math.log(0.4 / 0.5) + 0.2 * Math.log(0.2 / 0.25) + 0.4 * Math.log(0.4 / 0.25))
})

it('rules pitches out without a change of rhythm: the cost is minus the log of what is left, where a note begins', () => {
  const { view: held, nats } = adjusted(view, [{ pitches: only(61) }])
  expect([...held.kinds]).toEqual([0.5, 0.25, 0.25])
  expect(held.pitches[61]).toBe(1)
  expect(nats).toBeCloseTo(0.25 * Math.log(4))
})

it('takes what is allowed although the model gives it nothing', () => {
  expect(adjusted(view, [{ pitches: only(90) }]).view.pitches[90]).toBe(1)
  const silent: EventView = { kinds: [1, 0, 0], pitches: new Float64Array(128) }
  expect([...adjusted(silent, [{ kinds: [-Infinity, -Infinity, 0] }]).view.kinds]).toEqual([0, 0, 1])
})

it('leaves the note out where no pitch is allowed', () => {
  const { view: held } = adjusted(view, [{ pitches: only(60) }, { pitches: only(61) }])
  expect([...held.kinds]).toEqual([2 / 3, 1 / 3, 0].map((share) => expect.closeTo(share)))
})
