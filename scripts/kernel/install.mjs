// Our own kernelspec for tslab. The one `tslab install` writes depends on PATH; this one names the pinned Node and our
// launcher relative to the Python environment ({prefix} is .venv), so it works from any shell and after a move.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { platform, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const isWindows = platform() === 'win32'

/** What Jupyter needs to know to start a tslab kernel from `.venv`. */
export const kernelspec = {
  argv: [
    `{prefix}/../node_modules/node/bin/${isWindows ? 'node.exe' : 'node'}`,
    '{prefix}/../scripts/kernel/kernel.mjs',
    '{connection_file}',
  ],
  display_name: 'TypeScript (tslab)',
  language: 'typescript',
  interrupt_mode: 'signal',
  // TensorFlow reads these once, when its library loads.
  env: { TF_CPP_MIN_LOG_LEVEL: '2', TF_NUM_INTRAOP_THREADS: '1' },
}

function run(command, args) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    child.on('error', fail)
    child.on('close', (status) =>
      status === 0
        ? done()
        : fail(
            new Error(
              `jupyter kernelspec install ended with ${status}: ${output.trim()}\n` +
                '  What to do: delete .venv, then run npm run setup',
            ),
          ),
    )
  })
}

/**
 * Two files JupyterLab reads. It runs scripts of its own that are CommonJS, which the project's package.json would make
 * modules; and it asks every newcomer about news from its makers, which fetches from the network.
 */
function settleLab(venv) {
  writeFileSync(join(venv, 'package.json'), '{ "type": "commonjs" }\n')
  const settings = join(venv, 'share', 'jupyter', 'lab', 'settings')
  mkdirSync(settings, { recursive: true })
  const overrides = { '@jupyterlab/apputils-extension:notification': { fetchNews: 'false', checkForUpdates: false } }
  writeFileSync(join(settings, 'overrides.json'), `${JSON.stringify(overrides, null, 2)}\n`)
}

/**
 * Installs the kernel `tslab` into `<root>/.venv`. Idempotent.
 * @param {{ root: string }} options `root` is the folder that holds `.venv` and `node_modules`.
 */
export async function installKernel({ root }) {
  const folder = mkdtempSync(join(tmpdir(), 'cantus-kernel-'))
  try {
    writeFileSync(join(folder, 'kernel.json'), `${JSON.stringify(kernelspec, null, 2)}\n`)
    const python = join(root, '.venv', isWindows ? 'Scripts/python.exe' : 'bin/python')
    const args = ['-m', 'jupyter', 'kernelspec', 'install', '--sys-prefix', '--replace', '--name', 'tslab', folder]
    await run(python, args)
    settleLab(join(root, '.venv'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await installKernel({ root: resolve(fileURLToPath(import.meta.url), '../../..') })
  console.log('The kernel tslab is installed in .venv.')
}
