import { join, relative } from 'node:path'
import type { Effects } from '../support/effects.ts'
import { projectRoot, studyFolders } from '../support/projectRoot.ts'
import { runInForeground } from '../support/terminal/foreground.ts'
import { requestEnvironment } from './notebookRequest.ts'
import type { Trainings } from './trainingsAsked.ts'
import { executedFolder } from './runNotebooks.ts'
import { venvProgram } from '../support/venvProgram.ts'
import type { StudyResults } from '../study/studyResults.ts'

/** Options of `openLab`. */
export interface LabOptions extends StudyResults, Trainings {
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
    '--LabApp.default_url=/lab/tree/notebooks/0-one-melody.ipynb',
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
