import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import util from 'node:util'
import type * as tfjs from '@tensorflow/tfjs'
import { UserError, messageOf } from '../support/errors.ts'
import { isCheckout } from '../support/projectRoot.ts'
import { hasFusedOperations } from './nativeOperations.ts'
import { isOneOf } from '../support/records.ts'

/** TensorFlow.js with its backend chosen and ready. */
export interface Backend {
  readonly tf: typeof tfjs
  readonly kind: BackendKind
  /** One line for a person: which backend it is and, unless it is the fast one, how to get that. */
  readonly description: string
}

/** A backend that can train. */
export type BackendKind = 'native' | 'wasm' | 'js'

const KINDS: readonly BackendKind[] = ['native', 'wasm', 'js']
/** What a person installs for the native backend; the package does not bring it. */
export const NATIVE_PACKAGE = '@tensorflow/tfjs-node@4.22.0'
const REMEDY = `run \`${isCheckout ? 'npm run setup' : 'npx cantus setup'}\` to install the native one`
const require = createRequire(import.meta.url)

let opened: Promise<Backend> | null = null

/**
 * Opens the fastest backend this machine has (libtensorflow, else WebAssembly, else plain JavaScript), once per process.
 * The environment variable CANTUS_BACKEND (native, wasm or js) forces one; a forced one that does not load, or any other
 * value, is a UserError.
 * @example const { tf, description } = await openBackend()
 */
export function openBackend(): Promise<Backend> {
  opened ??= chooseBackend(process.env['CANTUS_BACKEND'])
  return opened
}

async function chooseBackend(forced: string | undefined): Promise<Backend> {
  if (forced !== undefined && !isOneOf(KINDS, forced))
    throw new UserError(`CANTUS_BACKEND is "${forced}": use one of ${KINDS.join(', ')}, or unset it`)
  const problems: string[] = []
  for (const kind of forced === undefined ? KINDS : [forced]) {
    try {
      return await OPENERS[kind]()
    } catch (error) {
      problems.push(`${kind}: ${firstLine(error)}`)
    }
  }
  throw new UserError(`no TensorFlow.js backend loads (${problems.join('; ')}): ${REMEDY}`)
}

const OPENERS: Readonly<Record<BackendKind, () => Promise<Backend>>> = {
  native: openNative,
  wasm: openWasm,
  js: openJs,
}

async function openNative(): Promise<Backend> {
  // Read once when the library loads. One thread: these shapes gain nothing from more (see bench/train.ts).
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'
  process.env['TF_NUM_INTRAOP_THREADS'] ??= '1'
  restoreRemovedNodeFunctions()
  const tf = require('@tensorflow/tfjs-node') as typeof tfjs
  await ready(tf, 'tensorflow')
  return {
    tf,
    kind: 'native',
    description: `backend: native libtensorflow${hasFusedOperations(tf) ? ', fused layers' : ''}`,
  }
}

async function openWasm(): Promise<Backend> {
  const { tf, wasm, folder } = tensorFlowJs()
  wasm.setWasmPaths(`${folder}/`)
  await ready(tf, 'wasm')
  return { tf, kind: 'wasm', description: `backend: WebAssembly, about 25 times slower than native; ${REMEDY}` }
}

async function openJs(): Promise<Backend> {
  const { tf } = tensorFlowJs()
  await ready(tf, 'cpu')
  return { tf, kind: 'js', description: `backend: plain JavaScript, about 145 times slower than native; ${REMEDY}` }
}

interface TensorFlowJs {
  readonly tf: typeof tfjs
  readonly wasm: { setWasmPaths(folder: string): void }
  /** Where the .wasm files lie. */
  readonly folder: string
}

/** TensorFlow.js with WebAssembly: in a checkout its packages, in the package one file made of them (scripts/prepack.mjs). */
function tensorFlowJs(): TensorFlowJs {
  if (!isCheckout) {
    const folder = fileURLToPath(new URL('../vendor', import.meta.url))
    return { ...(require(join(folder, 'tfjs.cjs')) as Omit<TensorFlowJs, 'folder'>), folder }
  }
  const tf = require('@tensorflow/tfjs') as typeof tfjs
  const wasm = require('@tensorflow/tfjs-backend-wasm') as TensorFlowJs['wasm']
  return { tf, wasm, folder: dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) }
}

async function ready(tf: typeof tfjs, name: string): Promise<void> {
  // Production mode: no banner and no scan of every tensor for NaN; the training loop looks at the loss itself.
  tf.enableProdMode()
  if (!(await tf.setBackend(name))) throw new Error(`TensorFlow.js refuses the backend "${name}"`)
  await tf.ready()
}

/** tfjs-node 4.22 calls two functions of node:util that warn in Node 22 and are gone in Node 24. */
function restoreRemovedNodeFunctions(): void {
  const isNullOrUndefined = (value: unknown): boolean => value === null || value === undefined
  Object.assign(util, { isNullOrUndefined, isArray: Array.isArray })
}

function firstLine(error: unknown): string {
  return messageOf(error).split('\n')[0]?.trim() ?? ''
}
