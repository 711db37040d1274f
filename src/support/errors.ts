/**
 * An error a person can act on: one line that holds the value and the remedy. The command line prints its message
 * without a stack and exits with `exitCode`. Everything else that is thrown is a defect and keeps its stack.
 */
export class UserError extends Error {
  override readonly name: string = 'UserError'
  readonly exitCode: number = 2
  /** Lines below the message, such as the last ones of a program that failed. */
  readonly log: readonly string[] = []
}

/** The person stopped the job (Ctrl-C, or the notebook's stop button); what was done is in a checkpoint. */
export class InterruptedError extends UserError {
  override readonly name = 'InterruptedError'
  override readonly exitCode = 130
}

/** What an error says, in its own words. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The code of an error that Node threw, such as `ENOENT`; undefined for any other value. */
export function errorCode(error: unknown): string | undefined {
  // By its shape: errors of a vm context are of another Error.
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : undefined
}
