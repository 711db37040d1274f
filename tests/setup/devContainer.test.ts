import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectRoot } from '../../src/support/projectRoot.ts'

interface DevContainer {
  readonly image: string
  readonly postCreateCommand: string
}

describe('the dev container', () => {
  it('has the Node that the project asks for, and sets the project up', () => {
    const text = readFileSync(join(projectRoot, '.devcontainer', 'devcontainer.json'), 'utf8')
    const { image, postCreateCommand } = JSON.parse(text) as DevContainer
    const { engines } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
      engines: { node: string }
    }
    expect(image).toBe(`node:${engines.node.replace('>=', '')}-bookworm`)
    expect(postCreateCommand).toMatch(/npm run setup$/)
  })
})
