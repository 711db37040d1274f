import { join } from 'node:path'
import { type Command, Option } from 'commander'
import type { Scale } from '../config/experimentConfig.ts'
import { SCALES } from '../config/scales.ts'
import type { Effects } from '../support/effects.ts'
import { projectRoot } from '../support/projectRoot.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { runInForeground } from '../support/terminal/foreground.ts'
import { requestEnvironment } from '../notebook/notebookRequest.ts'
import { venvProgram } from './notebooks.ts'
import { collect, parsePort } from './optionParsers.ts'

export interface LabOptions {
  /** Scale at which cells train; absent = they read the published study. */
  readonly scale?: Scale
  readonly corpus: readonly string[]
  readonly style: readonly string[]
  readonly port: number
  /** Whether a browser window is opened; the address is printed in any case. */
  readonly browser: boolean
}

/** Jupyter's arguments: the project is the root, so that executed copies under data/ can be opened beside the sources. */
export function labArguments(options: Pick<LabOptions, 'port' | 'browser'>, isRoot: boolean): string[] {
  return [
    '-m',
    'jupyterlab',
    `--port=${options.port}`,
    `--ServerApp.root_dir=${projectRoot}`,
    '--LabApp.default_url=/lab/tree/notebooks/1-corpus.ipynb',
    // The Python kernel comes with JupyterLab; no notebook here is written for it.
    '--KernelSpecManager.ensure_native_kernel=False',
    '--KernelSpecManager.allowed_kernelspecs=tslab',
    // The address is printed at a level above this one.
    '--ServerApp.log_level=ERROR',
    '--LabApp.log_level=ERROR',
    ...(options.browser ? [] : ['--no-browser']),
    ...(isRoot ? ['--allow-root'] : []),
  ]
}

/** Opens JupyterLab on the notebooks and resolves with its exit status; Ctrl-C ends it. */
export async function openLab(options: LabOptions, effects: Effects): Promise<number> {
  const { scale = 'full', corpus, style } = options
  const train = options.scale !== undefined
  const copies = scale === 'full' ? 'report/notebooks/' : `data/notebooks/${scale}/`
  effects.reporter.line(
    `JupyterLab is starting; it prints its address below, Ctrl-C ends it. Copies with their outputs: ${copies}`,
  )
  const env = { ...process.env, ...requestEnvironment({ scale, train, corpus, style }) }
  const args = labArguments(options, process.getuid?.() === 0)
  return runInForeground(venvProgram('python'), args, { cwd: join(projectRoot, 'notebooks'), env }, effects)
}

export function registerLab(program: Command): void {
  program
    .command('lab')
    .description('open the notebooks in JupyterLab (executed copies: report/notebooks/)')
    .addOption(
      new Option('--scale <scale>', 'train at this scale; without it the cells read the published study').choices([
        ...SCALES,
      ]),
    )
    .option('--corpus <dir>', 'a folder of music instead of the embedded tunes (repeatable)', collect, [])
    .option('--style <dir>', 'a folder of the style of iteration 2.2 (repeatable)', collect, [])
    .option('--port <n>', 'first port to try', parsePort, 8888)
    .option('--no-browser', 'print the address only')
    .action(async (options: LabOptions) => {
      process.exitCode = await openLab(options, cliEffects())
    })
}
