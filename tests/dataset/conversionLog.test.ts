import { describe, expect, it } from 'vitest'
import { withoutComments } from '../../src/dataset/conversionLog.ts'

describe('withoutComments', () => {
  it('hides every comment of a module, so rewording one keeps every cache', () => {
    const code = `import { a } from 'a'
/** One line. */
export function f() {
  /**
   * Several lines,
   *
   * the last one.
   */
  return 1 // why
}
// sourceMappingURL
`
    expect(withoutComments(code)).toBe(`import { a } from 'a'
export function f() {
  return 1
}
`)
  })

  it('keeps all code: generators, products, addresses in strings', () => {
    const code = `const o = {
  *entries() {},
}
const url = 'https://example.org'
const area = 2 * 3`
    expect(withoutComments(code)).toBe(code)
  })
})
