import { join, relative } from 'node:path'
import { type Command, Option } from 'commander'
import { SCALES } from '../config/scales.ts'
import type { Effects } from '../support/effects.ts'
import { projectRoot, requireCheckout, studyFolders } from '../support/projectRoot.ts'
import { cliEffects } from '../support/terminal/cliEffects.ts'
import { runInForeground } from '../support/terminal/foreground.ts'
import { requestEnvironment } from '../notebook/notebookRequest.ts'
import { executedFolder, notebookResults, venvProgram } from './notebooks.ts'
import { collect, parsePort } from '../support/terminal/optionParsers.ts'
import { type ResultsAsked, type StudyResults } from '../study/studyResults.ts'
import { withResultsFolder } from '../study/resultsOptions.ts'

export interface LabOptions extends StudyResults {
  /** Whether cells train what is not trained yet; else they read results. */
  readonly train: boolean
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

/** The request, and where the results lie unless that is the scale's own place, which a cell may choose another of. */
export function labEnvironment(options: Omit<LabOptions, 'port' | 'browser'>): Record<string, string> {
  const { root, data } = options.folders
  const isOwnPlace = root === studyFolders(process.env, options.scale).root
  return { ...requestEnvironment(options), ...(isOwnPlace ? {} : { CANTUS_OUT: root, CANTUS_DATA: data }) }
}

/** Opens JupyterLab on the notebooks and resolves with its exit status; Ctrl-C ends it. */
export async function openLab(options: LabOptions, effects: Effects): Promise<number> {
  const { scale, folders, train } = options
  const copies = relative(process.cwd(), executedFolder(folders))
  const what = train
    ? `the cells train at scale ${scale} what is not trained yet`
    : 'the cells read results, and train nothing'
  effects.reporter.line(
    `JupyterLab is starting; it prints its address below, Ctrl-C ends it. Here ${what}. Copies with their outputs: ${copies}/`,
  )
  const env = { ...process.env, ...labEnvironment(options) }
  const args = labArguments(options, process.getuid?.() === 0)
  return runInForeground(venvProgram('python'), args, { cwd: join(projectRoot, 'notebooks'), env }, effects)
}

export function registerLab(program: Command): void {
  withResultsFolder(program.command('lab'))
    .description('open the notebooks in JupyterLab (executed copies: report/notebooks/)')
    .addOption(
      new Option('--scale <scale>', 'train at this scale; without it the cells read the published study').choices([
        ...SCALES,
      ]),
    )
    .option('--corpus <dir>', 'a folder of music, whose results the cells read or make (repeatable)', collect, [])
    .option('--style <dir>', 'a folder of the style of iteration 2.2 (repeatable)', collect, [])
    .option('--port <n>', 'first port to try', parsePort, 8888)
    .option('--no-browser', 'print the address only')
    .action(async ({ port, browser, ...asked }: ResultsAsked & Pick<LabOptions, 'port' | 'browser'>) => {
      requireCheckout('cantus lab')
      const effects = cliEffects()
      process.exitCode = await openLab({ ...(await notebookResults(asked, effects)), port, browser }, effects)
    })
}
