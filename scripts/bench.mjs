#!/usr/bin/env node
// npm run bench [NAME] [ARGS…]: the benchmarks of bench/, on the pinned Node.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { exitOnSetupError, setup } from './setup.mjs'
import { root } from './setup/steps.mjs'
import { runPinned } from './runPinned.mjs'

const benchmarks = readdirSync(join(root, 'bench'))
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.slice(0, -3))

await exitOnSetupError(async () => {
  const [name, ...args] = process.argv.slice(2)
  if (name !== undefined && !benchmarks.includes(name)) {
    console.error(`cantus: no benchmark '${name}' (there are: ${benchmarks.join(', ')})`)
    process.exit(2)
  }
  await setup()
  for (const benchmark of name === undefined ? benchmarks : [name]) {
    console.log(`\n== ${benchmark}`)
    const status = await runPinned([join(root, 'bench', `${benchmark}.ts`), ...args])
    if (status !== 0) process.exit(status)
  }
})
