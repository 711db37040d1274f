import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const source = resolve(dirname(fileURLToPath(import.meta.url)), '../../src')

/** Every module that `file` needs at run time, directly or not: paths of ours, names of others. */
function modulesOf(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found
  found.add(file)
  const imports = readFileSync(file, 'utf8').matchAll(/^(?:import|export) (?!type )[^;]*?from '([^']+)'/gms)
  for (const [, name = ''] of imports) {
    if (name.startsWith('.')) modulesOf(resolve(dirname(file), name.replace(/\.js$/, '.ts')), found)
    else found.add(name)
  }
  return found
}

describe('what a web page needs to write a published melody again', () => {
  it.each([
    'generation/choosePrimer.ts',
    'generation/compose.ts',
    'generation/control/controller.ts',
    'generation/control/findTonality.ts',
    'generation/control/keyText.ts',
    'generation/expectations.ts',
    'generation/orders.ts',
    'generation/primers.ts',
    'model/inference.ts',
    'model/safetensors.ts',
  ])('%s imports no Node module and no package', (file) => {
    const modules = [...modulesOf(resolve(source, file))]
    expect(modules.length).toBeGreaterThan(1)
    expect(modules.filter((module) => !module.startsWith(source))).toEqual([])
  })
})
