// TensorFlow.js as one file in dist/vendor, for the package that npm packs. Its own packages are 290 MB; a program
// loads 2: that file, and three of WebAssembly. A checkout runs on the packages themselves.
import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { hashFiles, readStamp, root, writeStamp } from './steps.mjs'

const folder = join(root, 'dist', 'vendor')
const file = join(folder, 'tfjs.cjs')

const ENTRY = `module.exports = { tf: require('@tensorflow/tfjs'), wasm: require('@tensorflow/tfjs-backend-wasm') }`

/** As `require` finds it in a checkout; its licence and its WebAssembly files lie beside it. */
export async function joinTensorFlow() {
  const lock = hashFiles('package-lock.json')
  if (!existsSync(join(root, 'node_modules', 'esbuild'))) return
  if (existsSync(file) && readStamp('vendor')?.lock === lock) return
  const packages = createRequire(join(root, 'package.json'))
  const { build } = packages('esbuild')
  mkdirSync(folder, { recursive: true })
  await build({
    stdin: { contents: ENTRY, resolveDir: root },
    bundle: true,
    minify: true,
    platform: 'node',
    mainFields: ['main'],
    target: 'node22',
    legalComments: 'external',
    logLevel: 'error',
    outfile: file,
  })
  const wasm = dirname(packages.resolve('@tensorflow/tfjs-backend-wasm'))
  for (const name of readdirSync(wasm).filter((each) => each.endsWith('.wasm')))
    copyFileSync(join(wasm, name), join(folder, name))
  // The Apache License 2.0, which TensorFlow.js is under as well; its own packages come without the text.
  copyFileSync(join(dirname(packages.resolve('typescript/package.json')), 'LICENSE.txt'), join(folder, 'LICENSE'))
  writeStamp('vendor', { lock })
}
