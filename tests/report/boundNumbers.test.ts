import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { resultAt } from '../../src/results/resultAt.ts'
import { namedResults, unboundNumbers } from './boundNumbers.ts'

const report = join(projectRoot, 'report')

describe('unboundNumbers', () => {
  it('finds a figure that is typed, with its line', () => {
    expect(unboundNumbers('The loss\nis .704 on 2,006 melodies.')).toEqual([
      { line: 2, text: '.704' },
      { line: 2, text: '2,006' },
    ])
  })

  it('lets names, years, code and what is computed pass', () => {
    const text =
      'Iterations 1, 2.1 and 2.2, and iteration\n2.2 (2019): `x = 3`, [a](b/4), <Value of="summary/iterations/2.1/steps" as="count" />, {1 + 1}.'
    expect(unboundNumbers(text)).toEqual([])
  })
})

describe('the chapters of the report', async () => {
  const names = (await readdir(report)).filter((name) => name.endsWith('.mdx'))
  const results = join(report, 'results')

  it.each(names)('%s types no figure', async (name) => {
    expect(unboundNumbers(await readFile(join(report, name), 'utf8'))).toEqual([])
  })

  it.each(names)('%s names results that are there', async (name) => {
    for (const place of namedResults(await readFile(join(report, name), 'utf8')))
      expect(place.endsWith('/name') || hasNumber(resultAt(results, place)), place).toBe(true)
  })

  it('cannot name a result that is not there', () => {
    expect(() => resultAt(results, 'summary/iterations/3/steps')).toThrow('summary/iterations/3/steps')
    expect(hasNumber(resultAt(results, 'study'))).toBe(false)
  })
})

/** A number, or one with its interval. */
function hasNumber(value: unknown): boolean {
  const number = typeof value === 'object' && value !== null && 'value' in value ? value.value : value
  return typeof number === 'number' && Number.isFinite(number)
}
