import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { projectRoot } from '../../src/support/projectRoot.ts'

const { fullProperties } = (await import(
  pathToFileURL(join(projectRoot, 'scripts/kernel/fullProperties.mjs')).href
)) as { fullProperties: (compiler: typeof ts, code: string) => string }

const written = (code: string): string => fullProperties(ts, code)

describe('fullProperties', () => {
  it('writes the short properties of objects out, also where they are assigned to', () => {
    expect(written('f({ a, b: 1, ...c, d })')).toBe('f({ a: a, b: 1, ...c, d: d })')
    expect(written('({ logits, state } = step())')).toBe('({ logits: logits, state: state } = step())')
  })

  it('leaves declarations, strings and types as they are', () => {
    const code = 'const { a, b } = c\nconst text = `{ a }`\ntype T = { a: number }\nconst f = ({ a }: T) => a'
    expect(written(code)).toBe(code)
  })
})
