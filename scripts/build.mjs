#!/usr/bin/env node
import { build } from './setup/build.mjs'
import { requirePackages } from './setup/packages.mjs'
import { exitOnSetupError } from './setup.mjs'

await exitOnSetupError(() => {
  requirePackages()
  return build((text) => console.error(text))
})
