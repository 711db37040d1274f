/**
 * Events a second of one training step of the study's model (2 x LSTM 128 over 130 classes, dropout .5, Adam), batch 128
 * x 128 steps: ours against tf.layers' LSTM with trainOnBatch, interleaved so that both meet the same load, medians of 5.
 *
 *   node_modules/.bin/node bench/train.ts            (after `npm run build`)
 */
import type * as Batches from '../src/dataset/batches.js'
import type * as Adam from '../src/model/adam.js'
import type * as BackendModule from '../src/model/backend.js'
import type * as MelodyRnn from '../src/model/melodyRnn.js'
import type * as WeightsModule from '../src/model/weights.js'
import type * as RandomModule from '../src/support/random.js'

const compiled = (path: string): Promise<unknown> => import(new URL(`../dist/${path}`, import.meta.url).href)
const { sequencesOf } = (await compiled('dataset/batches.js')) as typeof Batches
const { adamStep, clipGradients, initialAdam } = (await compiled('model/adam.js')) as typeof Adam
const { openBackend } = (await compiled('model/backend.js')) as typeof BackendModule
const { melodyRnn } = (await compiled('model/melodyRnn.js')) as typeof MelodyRnn
const { initialWeights } = (await compiled('model/weights.js')) as typeof WeightsModule
const { mulberry32 } = (await compiled('support/random.js')) as typeof RandomModule

const BATCH = Number(process.argv[2] ?? 128)
const STEPS = Number(process.argv[3] ?? 128)
const REPEATS = 5

const backend = await openBackend()
const { tf } = backend
const random = mulberry32(1)
const melodies = Array.from({ length: BATCH }, () =>
  Array.from({ length: STEPS + 1 }, () => (random.next() < 0.5 ? -2 : 55 + Math.floor(random.next() * 24))),
)

function ourStep(): () => void {
  const spec = { encoding: 'mono', layerSizes: [128, 128], attentionLength: 0 } as const
  const model = melodyRnn(backend, spec)
  const weights = initialWeights(spec, 1)
  const sequences = sequencesOf(melodies, 'whole')
  let adam = initialAdam(weights)
  return () => {
    const { gradients } = model.gradients(weights, sequences, { keepProbability: 0.5, seed: adam.step })
    clipGradients(gradients, 5, 'variable')
    adam = adamStep(weights, gradients, adam, { learningRate: 1e-3 })
  }
}

function layersStep(): () => Promise<void> {
  const lstm = { units: 128, returnSequences: true, recurrentActivation: 'sigmoid' } as const
  const plain = { ...lstm, recurrentInitializer: 'glorotUniform' } as const
  const network = tf.sequential({
    layers: [
      tf.layers.lstm({ ...plain, inputShape: [STEPS, 130] }),
      tf.layers.dropout({ rate: 0.5 }),
      tf.layers.lstm(plain),
      tf.layers.dropout({ rate: 0.5 }),
      tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 130, activation: 'softmax' }) }),
    ],
  })
  network.compile({ optimizer: tf.train.adam(1e-3), loss: 'categoricalCrossentropy' })
  const classes = melodies.map((melody) => melody.map((event) => event + 2))
  const oneHot = (from: number) =>
    tf.oneHot(
      tf.tensor2d(
        classes.map((row) => row.slice(from, from + STEPS)),
        [BATCH, STEPS],
        'int32',
      ),
      130,
    )
  const [inputs, labels] = [oneHot(0).toFloat(), oneHot(1).toFloat()]
  return async () => {
    await network.trainOnBatch(inputs, labels)
  }
}

/** Events learned in a second of wall clock and of CPU time. */
async function rates(step: () => void | Promise<void>): Promise<{ wall: number; cpu: number }> {
  const cpuBefore = process.cpuUsage()
  const before = performance.now()
  await step()
  const { user, system } = process.cpuUsage(cpuBefore)
  const events = BATCH * STEPS
  return { wall: events / ((performance.now() - before) / 1e3), cpu: events / ((user + system) / 1e6) }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number
}

const steps = { ours: ourStep(), layers: layersStep() }
await rates(steps.ours) // the first of each warms up
await rates(steps.layers)
const found = { ours: [] as { wall: number; cpu: number }[], layers: [] as { wall: number; cpu: number }[] }
for (let i = 0; i < REPEATS; i++) {
  found.ours.push(await rates(steps.ours))
  found.layers.push(await rates(steps.layers))
}
const thousands = (n: number) => `${(n / 1000).toFixed(1)}k`
const result = (name: keyof typeof found) => ({
  wall: median(found[name].map(({ wall }) => wall)),
  cpu: median(found[name].map(({ cpu }) => cpu)),
})
const [ours, layers] = [result('ours'), result('layers')]
console.log(backend.description)
console.log(`batch ${BATCH} x ${STEPS} steps, medians of ${REPEATS}: events a second of wall clock (of CPU time)`)
console.log(`ours                          ${thousands(ours.wall)} (${thousands(ours.cpu)})`)
console.log(`tf.layers LSTM, trainOnBatch  ${thousands(layers.wall)} (${thousands(layers.cpu)})`)
console.log(
  `ratio                         ${(ours.wall / layers.wall).toFixed(1)} (${(ours.cpu / layers.cpu).toFixed(1)})`,
)
