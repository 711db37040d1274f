#!/usr/bin/env node
// The `cantus` command. In a checkout: set-up where a command needs it, then dist/cli/main.js on the pinned Node. In the
// package that npm installs: dist/cli/main.js on this Node. Plain syntax: an old Node must get as far as its line.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const OLDEST_NODE = 22

const launcher = new URL('../scripts/launch.mjs', import.meta.url)
const main = new URL('../dist/cli/main.js', import.meta.url)

if (existsSync(fileURLToPath(launcher))) {
  await import(launcher.href)
} else if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  console.error(`cantus: Node ${process.version} is too old: install Node ${OLDEST_NODE} or newer`)
  process.exit(2)
} else {
  // TensorFlow reads it when its library loads.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
  await import(main.href)
}
