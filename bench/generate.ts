import { melodyEncoding } from '../dist/dataset/encoding.js'
import { createStepper } from '../dist/model/inference.js'
import type { ModelSpec } from '../dist/model/modelSpec.js'
import { initialWeights } from '../dist/model/weights.js'

/** CPU time a step of the portable network: the study's 2 x 128 over 130 classes, and the attention model. */
const WARM_UP = 200
const STEPS = 2000
const REPEATS = 5

function secondsOf(spec: ModelSpec): number {
  const stepper = createStepper(spec, initialWeights(spec, 1))
  const encoding = melodyEncoding(spec.encoding)
  const row = new Float32Array(encoding.inputSize)
  encoding.writeInput([60], 0, row)
  let state = stepper.initialState()
  for (let step = 0; step < WARM_UP; step++) state = stepper.step(state, row).state
  const started = process.cpuUsage()
  for (let step = 0; step < STEPS; step++) state = stepper.step(state, row).state
  const { user, system } = process.cpuUsage(started)
  return (user + system) / 1e6
}

const specs: ModelSpec[] = [
  { encoding: 'mono', layerSizes: [128, 128], attentionLength: 0 },
  { encoding: 'attention', layerSizes: [128, 128], attentionLength: 40 },
]
for (const spec of specs) {
  const best = Math.min(...Array.from({ length: REPEATS }, () => secondsOf(spec)))
  const name = `${spec.encoding}, ${spec.layerSizes.join(' + ')} units`
  console.log(
    `${name}: ${((best / STEPS) * 1000).toFixed(3)} ms of CPU a step, ${Math.round(STEPS / best)} steps/s (best of ${REPEATS})`,
  )
}
