import type * as tfjs from '@tensorflow/tfjs'

/** The part of tfjs-node's backend that runs an operation TensorFlow.js has no function for. */
export interface NativeBackend {
  readonly binding: NativeBinding
  getInputTensorIds(tensors: readonly unknown[]): number[]
  createOutputTensor(metadata: unknown): tfjs.Tensor
}

/** The native operations of this project. */
export interface NativeBinding {
  readonly TF_FLOAT: number
  readonly TF_INT32: number
  readonly TF_ATTR_TYPE: number
  readonly TF_ATTR_BOOL: number
  readonly TF_ATTR_FLOAT: number
  executeOp(name: string, attributes: readonly unknown[], inputIds: readonly number[], outputs: number): unknown[]
  deleteTensor(id: number): void
}

/** Runs an operation by its name; the type argument says what it gives. */
export type Run = <Given extends readonly tfjs.Tensor[]>(
  name: string,
  attributes: readonly unknown[],
  inputs: readonly tfjs.Tensor[],
  outputs: Given['length'],
) => Given

const isNative = (backend: object): backend is NativeBackend => 'binding' in backend

/** Operations by their name, on TensorFlow.js with tfjs-node's backend. */
export function nativeOperations(tf: typeof tfjs): { backend: NativeBackend; run: Run } {
  const backend = tf.backend()
  if (!isNative(backend)) throw new TypeError('the backend of TensorFlow.js is not the native one')
  return {
    backend,
    run: <Given extends readonly tfjs.Tensor[]>(
      name: string,
      attributes: readonly unknown[],
      inputs: readonly tfjs.Tensor[],
      outputs: Given['length'],
    ) => {
      const results = backend.binding.executeOp(name, attributes, backend.getInputTensorIds(inputs), outputs)
      return results.map((result) => backend.createOutputTensor(result)) as readonly tfjs.Tensor[] as Given
    },
  }
}

/**
 * Whether the operations of native/lstmOp.cc are in the library: tried on the smallest layer there is. CANTUS_FUSED=0 says no, to
 * compare with TensorFlow's own.
 */
export function hasFusedOperations(tf: typeof tfjs): boolean {
  if (process.env['CANTUS_FUSED'] === '0') return false
  const { run } = nativeOperations(tf)
  const inputs = [tf.zeros([1, 1, 1]), tf.zeros([2, 4]), tf.zeros([4])]
  try {
    tf.dispose([...run<[tfjs.Tensor, tfjs.Tensor, tfjs.Tensor]>('CantusLstm', [], inputs, 3)])
    return true
  } catch {
    return false // TensorFlow knows no operation of that name
  } finally {
    tf.dispose(inputs)
  }
}
