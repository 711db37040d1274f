import { spawn } from 'node:child_process'
import { UserError } from '../../support/errors.ts'
import type { RunTrial } from './sweep.ts'

/** A process per trial; it is stopped with this one, since both get the terminal's signal. */
export const trialProcess =
  (path: string): RunTrial =>
  ({ number }) =>
    new Promise((resolve, reject) => {
      const [, main = ''] = process.argv
      const child = spawn(process.execPath, [...process.execArgv, main, 'sweep', path, '--trial', String(number)], {
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      let said = ''
      child.stderr.on('data', (part) => (said = `${said}${String(part)}`.slice(-1000)))
      child.on('error', reject)
      child.on('close', (code) => {
        const last = said.trim().split('\n').at(-1) ?? ''
        if (code === 0) resolve()
        else reject(new UserError(last === '' ? `its process ended with ${code}` : last))
      })
    })
