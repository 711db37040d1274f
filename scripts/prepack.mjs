#!/usr/bin/env node
// What npm pack needs: dist/ compiled from scratch, without what an earlier build left of sources that are gone. npm runs it only
// where its scripts are on, which .npmrc turns off: npm run pack does both.
import { spawnSync } from 'node:child_process'
import { buildAnew } from './setup/build.mjs'
import { requirePackages } from './setup/packages.mjs'
import { isWindows, npm, root } from './setup/steps.mjs'
import { exitOnSetupError } from './setup.mjs'

await exitOnSetupError(async () => {
  requirePackages()
  await buildAnew((text) => console.error(text))
  if (!process.argv.includes('--pack')) return
  const args = process.argv.slice(process.argv.indexOf('--pack') + 1)
  const options = { cwd: root, stdio: 'inherit', shell: isWindows }
  process.exit(spawnSync(npm, ['pack', '--ignore-scripts', ...args], options).status ?? 1)
})
