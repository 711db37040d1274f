// The Python environment that holds Jupyter, and the tslab kernel in it.
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  firstCommand,
  hashFiles,
  isWindows,
  readStamp,
  root,
  run,
  runOrFail,
  SetupError,
  venvPython,
  writeStamp,
} from './steps.mjs'

const candidates = isWindows
  ? ['python', 'py']
  : ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python']
const oldest = [3, 10]

async function isRecent(command) {
  const { status, output } = await run(command, ['-c', 'import sys; print(*sys.version_info[:2])'])
  if (status !== 0) return false
  const [major, minor] = output.trim().split(' ').map(Number)
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1])
}

async function findPython() {
  for (const command of candidates) if (firstCommand([command]) !== null && (await isRecent(command))) return command
  throw new SetupError(
    `no Python ${oldest.join('.')} or newer was found (looked for ${candidates.join(', ')}).\n` +
      '  What to do: install it (Debian/Ubuntu: apt install python3 python3-venv; macOS: brew install python), then run the same command again',
  )
}

async function createVenv() {
  const python = await findPython()
  rmSync(join(root, '.venv'), { recursive: true, force: true })
  await runOrFail(
    `${python} -m venv .venv`,
    'on Debian/Ubuntu install python3-venv, then run the same command again',
    python,
    ['-m', 'venv', '.venv'],
  )
}

const wantedStamp = () => ({ requirements: hashFiles('requirements.lock'), root })

function requirementsInstalled() {
  return existsSync(venvPython) && JSON.stringify(readStamp('python')) === JSON.stringify(wantedStamp())
}

/** An empty environment whose pip works: the native backend's fallback needs it as well. */
export async function ensureVenv() {
  if (requirementsInstalled()) return
  if (!existsSync(venvPython) || (await run(venvPython, ['-m', 'pip', '--version'])).status !== 0) await createVenv()
}

export async function installPython(say) {
  if (requirementsInstalled()) return
  say('Python environment .venv with JupyterLab (about 105 packages, 90 MB to fetch, 470 MB on disk)')
  await runOrFail(
    'pip install -r requirements.lock',
    'check the connection to your Python package index, then run the same command again',
    venvPython,
    // Wheels alone: a source package would run its own code, and fetch what no checksum holds, before it is installed.
    ['-m', 'pip', 'install', '--disable-pip-version-check', '--quiet']
      .concat(['--require-hashes', '--only-binary=:all:'])
      .concat(['-r', 'requirements.lock']),
  )
  writeStamp('python', wantedStamp())
}

export async function installKernelspec(say) {
  const wanted = { kernel: hashFiles('scripts/kernel/install.mjs'), python: readStamp('python') }
  if (JSON.stringify(readStamp('kernel')) === JSON.stringify(wanted)) return
  say('the tslab kernel for Jupyter (a few KB)')
  const { installKernel } = await import('../kernel/install.mjs')
  await installKernel({ root })
  writeStamp('kernel', wanted)
}
