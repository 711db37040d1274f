/** A checkpoint or bundle of TensorFlow that cannot be read; the message says what is wrong with it. */
export class TensorFlowFileError extends Error {
  override readonly name = 'TensorFlowFileError'
}
