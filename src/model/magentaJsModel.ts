import type { StepModelSpec, Weights } from '../config/modelSpec.ts'
import { melodyEncoding } from '../dataset/encoding.ts'
import { UserError } from '../support/errors.ts'
import { toTf } from './convertTf.ts'

/** What MusicRNN of @magenta/music reads from `config.json`. */
export interface MusicRnnConfig {
  readonly type: 'MusicRNN'
  readonly dataConverter: {
    readonly type: 'MelodyConverter'
    readonly args: { readonly minPitch: number; readonly maxPitch: number }
  }
}

/** @throws UserError for a network that MusicRNN has no converter or cell for. */
export function musicRnnConfig({ encoding, attentionLength, residual }: StepModelSpec): MusicRnnConfig {
  if ((encoding !== 'mono' && encoding !== 'basic') || attentionLength > 0 || residual)
    throw new UserError(
      `--format magenta-js holds mono and basic networks without attention or residual connections, and this one is ${encoding}${attentionLength > 0 ? ' with attention' : ''}${residual ? ', residual' : ''}: choose --format magenta`,
    )
  const { minNote, maxNote } = melodyEncoding(encoding)
  return {
    type: 'MusicRNN',
    dataConverter: { type: 'MelodyConverter', args: { minPitch: minNote, maxPitch: maxNote - 1 } },
  }
}

/** The files beside `config.json`: the variables by Magenta's names, and where each lies in the bytes. */
export function magentaJsFiles(spec: StepModelSpec, weights: Weights): Record<string, string | Uint8Array> {
  const variables = Object.entries(toTf(spec, weights))
  const manifest = [
    {
      paths: ['weights.bin'],
      weights: variables.map(([name, { shape }]) => ({ name, shape, dtype: 'float32' })),
    },
  ]
  const bytes = variables.map(([, { data }]) => new Uint8Array(Float32Array.from(data).buffer))
  return { 'weights_manifest.json': JSON.stringify(manifest), 'weights.bin': new Uint8Array(Buffer.concat(bytes)) }
}
