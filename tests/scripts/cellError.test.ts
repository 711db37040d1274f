import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { InterruptedError, UserError } from '../../src/support/errors.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'

const { cellError } = (await import(pathToFileURL(join(projectRoot, 'scripts/kernel/cellError.mjs')).href)) as {
  cellError: (value: unknown) => unknown
}

class WithLog extends UserError {
  override readonly name = 'WithLog'
  override readonly log = ['last line of the program']
}

describe('what a cell shows of an error', () => {
  it.each([
    [new UserError('no folder x: check the path'), 'UserError: no folder x: check the path'],
    [new InterruptedError('stopped at step 3'), 'InterruptedError: stopped at step 3'],
    [new WithLog('it failed'), 'WithLog: it failed\nlast line of the program'],
    [new Error('Interrupted asynchronously'), 'Interrupted: the cell was stopped'],
    ['text', 'text'],
    [7, 7],
  ])('%s', (value, shown) => {
    expect(cellError(value)).toBe(shown)
  })

  it('keeps the frames of the cell and of the project of a defect, and no others', () => {
    const defect = new TypeError('x is not a function', { cause: new UserError('because') })
    defect.stack = [
      'TypeError: x is not a function',
      '    at evalmachine.<anonymous>:3:7',
      '    at train (file:///p/dist/training/train.js:9:1)',
      '    at execute (/p/node_modules/tslab/dist/executor.js:160:30)',
      '    at handle (file:///p/scripts/kernel/kernel.mjs:80:5)',
      '    at process.processTicksAndRejections (node:internal/process/task_queues:103:5)',
    ].join('\n')
    expect(cellError(defect)).toBe(
      'TypeError: x is not a function\n    at evalmachine.<anonymous>:3:7\n' +
        '    at train (file:///p/dist/training/train.js:9:1)\ncaused by UserError: because',
    )
  })
})
