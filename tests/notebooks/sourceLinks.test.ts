import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { NOTEBOOKS } from '../../src/notebook/notebookRequest.ts'
import { sourceLinks } from '../../src/notebook/sourceLinks.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'

describe('sourceLinks', () => {
  it.each(NOTEBOOKS)('finds file and line of every function that $name calls', ({ name }) => {
    const links = sourceLinks(name)
    expect(links.length).toBeGreaterThan(2)
    expect(new Set(links.map((link) => link.name)).size).toBe(links.length)
    for (const { name, file, line } of links) {
      const text = readFileSync(join(projectRoot, file), 'utf8').split('\n')[line - 1]
      expect(text, `${name} at ${file}:${line}`).toMatch(/^export (async )?(function|const) \w+/)
    }
  })

  it('follows a function to where it is written, also under another name', () => {
    const links = sourceLinks('0-one-melody')
    expect(links.find(({ name }) => name === 'readMidi')?.file).toBe('src/score/readMidi.ts')
    const measure = links.find(({ name }) => name === 'measure')!
    expect(measure.file).toBe('src/evaluation/numerical.ts')
    const text = readFileSync(join(projectRoot, measure.file), 'utf8').split('\n')[measure.line - 1]
    expect(text).toContain('function evaluate')
  })
})
