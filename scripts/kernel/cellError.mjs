// What a cell shows of an error: the lines a reader can act on.

/** Frames of the kernel and of Node, below the cell's own and the project's. */
const MACHINERY = /^\s+at .*(node:|node_modules\/tslab\/|scripts\/kernel\/)/

/** A UserError or its kin, whichever copy of the project a cell imported it from: one line with the value and the remedy. */
const isForPeople = (error) => typeof error.exitCode === 'number' && Array.isArray(error.log)

/** tslab's own, when the stop button ends a cell that waits. What the job wrote before it, such as a checkpoint, stays above. */
const isStop = (error) => error.message === 'Interrupted asynchronously'

/**
 * An error as a cell prints it; any other value as it is.
 * @example cellError(new UserError('no folder x: check the path')) // 'UserError: no folder x: check the path'
 */
export function cellError(value) {
  if (!(value instanceof Error)) return value
  if (isStop(value)) return 'Interrupted: the cell was stopped'
  if (isForPeople(value)) return [`${value.name}: ${value.message}`, ...value.log].join('\n')
  const lines = (value.stack ?? String(value)).split('\n').filter((line) => !MACHINERY.test(line))
  const cause = value.cause instanceof Error ? [`caused by ${cellError(value.cause)}`] : []
  return [...lines, ...cause].join('\n')
}
