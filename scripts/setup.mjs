#!/usr/bin/env node
// All set-up, from scratch or from where an earlier one stopped. Node built-ins only: it runs before anything is
// installed, on whatever Node (20 or newer) the machine has. A second run finds every stamp in place and is done.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from './setup/build.mjs'
import { sayChromium } from './setup/chromium.mjs'
import { installHooks } from './setup/hooks.mjs'
import { installNative } from '../native/setup.mjs'
import { installNode } from './setup/node.mjs'
import { installPackages } from './setup/packages.mjs'
import { linkSelf } from './setup/self.mjs'
import { ensureVenv, installKernelspec, installPython } from './setup/python.mjs'
import { root, SetupError } from './setup/steps.mjs'

const oldestNode = 20

function checkNode() {
  const major = Number(process.versions.node.split('.')[0])
  if (major < oldestNode)
    throw new SetupError(`Node ${process.version} is too old.\n  What to do: install Node ${oldestNode} or newer`)
}

/** Says each step with the seconds since the start; says nothing when there is nothing to do. */
function speaker() {
  const started = Date.now()
  const lines = []
  const say = (text) => {
    lines.push(text)
    console.error(`[set-up ${String(Math.round((Date.now() - started) / 1000)).padStart(3)} s] ${text}`)
  }
  return { say, lines }
}

/**
 * Brings the checkout to where every command works. Idempotent.
 * @param {{ retryNative?: boolean }} options
 */
export async function setup({ retryNative = false } = {}) {
  checkNode()
  const { say, lines } = speaker()
  await installPackages(say)
  linkSelf()
  await installNode(say)
  await ensureVenv()
  // The three longest steps wait for different things: the package index, the compiler, this compiler.
  const python = installPython(say).then(() => installKernelspec(say))
  const results = await Promise.allSettled([python, installNative(say, { retry: retryNative }), build(say)])
  const failed = results.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
  await installHooks()
  if (lines.length > 0) {
    sayChromium(say)
    say('done')
  }
}

/** Runs `main` and turns a SetupError into its message and exit status 1. */
export async function exitOnSetupError(main) {
  try {
    await main()
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    console.error(`cantus: ${error.message}`)
    process.exit(1)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await exitOnSetupError(async () => {
    await setup({ retryNative: process.argv.includes('--retry-native') })
    console.error(`Set up in ${join(root, '.')}. Next: npm run reproduce`)
  })
}
