import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { EncodingName, StepModelSpec, Weights } from '../../src/config/modelSpec.ts'
import { sequencesOf } from '../../src/dataset/batches.ts'
import { type Backend, openBackend } from '../../src/model/backend.ts'
import { loadWeights } from '../../src/model/checkpoint.ts'
import { toTf } from '../../src/model/convertTf.ts'
import { melodyRnn } from '../../src/model/melodyRnn.ts'
import { magentaModel } from '../../src/model/tensorflow/magentaModel.ts'
import { shardsBeside, variablesOfFile, variablesOfIndex } from '../../src/model/tensorflow/readVariables.ts'
import { floats, type GoldenLstm, largestDifference, logitsInOrder, variables } from './goldenLstm.ts'
import { goldenJson, ownGoldens } from './goldens.ts'

/** Written by TensorFlow 2.15.1: `bench/interchange/write_checkpoints.py`. */
const folder = join(ownGoldens, 'tensorflow')
const FILES: Readonly<Record<EncodingName, readonly string[]>> = {
  mono: ['mono_rnn.ckpt.index'],
  basic: ['basic_rnn.ckpt', 'basic_rnn.mag'],
  lookback: ['lookback_rnn.ckpt'],
  attention: ['attention_rnn.ckpt.index'],
}

async function variablesAt(name: string): Promise<Weights> {
  const path = join(folder, name)
  const bytes = await readFile(path)
  return name.endsWith('.index') ? variablesOfIndex(bytes, shardsBeside(path)) : variablesOfFile(bytes)
}

let backend: Backend
beforeAll(async () => {
  backend = await openBackend()
})

describe.each(Object.entries(FILES))("TensorFlow's checkpoints of %s_rnn", (name, files) => {
  const encoding = name as EncodingName
  const golden = goldenJson<GoldenLstm>(ownGoldens, `lstm/lstm_${encoding}_rnn.json`)

  it.each(files.filter((file) => !file.endsWith('.mag')))('%s has every variable to the last bit', async (file) => {
    expect(await variablesAt(file)).toEqual(variables(golden.weights))
  })

  it.each(files)('%s is a model with the logits of Magenta to 1e-5', async (file) => {
    const { checkpoint } = await loadWeights(join(folder, file))
    // No variable says how far attention looks; the goldens' is shorter than Magenta's own.
    const spec = { ...(checkpoint.spec as StepModelSpec), attentionLength: golden.attn_length }
    expect(spec).toMatchObject({ encoding, layerSizes: golden.rnn_layer_sizes })
    const logits = melodyRnn(backend, spec).logits(checkpoint.weights, sequencesOf(golden.melodies, 'whole'))
    expect(largestDifference(logitsInOrder(logits, golden), floats(golden.logits))).toBeLessThan(1e-5)
  })

  it('is what we write back with the names of Magenta', () => {
    const { spec, weights } = magentaModel(variables(golden.weights))
    const back = toTf(spec, weights)
    for (const [variable, { data }] of Object.entries(variables(golden.weights)))
      expect(largestDifference(back[variable]?.data ?? [], data), variable).toBeLessThan(1e-7)
  })
})
