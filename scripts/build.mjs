#!/usr/bin/env node
import { build } from './setup/build.mjs'
import { exitOnSetupError } from './setup.mjs'

await exitOnSetupError(() => build((text) => console.error(text)))
