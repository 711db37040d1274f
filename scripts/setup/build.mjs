// TypeScript to dist/, when src/ has changed since the last build.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pinnedNode, readStamp, root, runOrFail, writeStamp } from './steps.mjs'
import { joinTensorFlow } from './vendor.mjs'

/** SHA-256 of all that decides what dist/ holds. */
function sourceHash() {
  const files = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .concat(['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'].map((name) => join(root, name)))
    .sort()
  const hash = createHash('sha256')
  for (const file of files) hash.update(file.slice(root.length)).update(readFileSync(file))
  return hash.digest('hex')
}

export function isBuilt() {
  return existsSync(join(root, 'dist', 'cli', 'main.js')) && readStamp('build')?.source === sourceHash()
}

export async function build(say) {
  if (!isBuilt()) await compile(say)
  await joinTensorFlow()
}

async function compile(say) {
  say('compiling src/ to dist/ (about 10 s)')
  const source = sourceHash()
  await runOrFail('the TypeScript compiler', 'fix the errors it names', pinnedNode, [
    join('node_modules', 'typescript', 'bin', 'tsc'),
    '--project',
    'tsconfig.build.json',
  ])
  writeStamp('build', { source })
}

/** A build without what an earlier one left of sources that are gone: for the package. */
export async function buildAnew(say) {
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  await build(say)
}
