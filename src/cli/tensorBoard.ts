import { join, resolve } from 'node:path'
import { type Command } from 'commander'
import { studyFolders } from '../support/projectRoot.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { parsePort } from '../support/terminal/optionParsers.ts'
import { openTensorBoard } from '../training/openTensorBoard.ts'

/** `cantus tensorboard` */
export function registerTensorBoard(program: Command): void {
  program
    .command('tensorboard')
    .description('open TensorBoard on the curves of all runs, even during training')
    .argument('[folder]', 'a run, or a folder of runs (default: data/runs)')
    .option('--port <n>', 'port to listen on', parsePort, 6006)
    .action(async (folder: string | undefined, { port }: { port: number }) => {
      const runs = resolve(folder ?? join(studyFolders().data, 'runs'))
      process.exitCode = await openTensorBoard({ folder: runs, port }, cliEffects())
    })
}
