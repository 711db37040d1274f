import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { venvProgram } from '../../src/support/venvProgram.ts'

interface DevContainer {
  readonly image: string
  readonly postCreateCommand: string
  readonly forwardPorts: readonly number[]
  readonly portsAttributes: Readonly<Record<string, { readonly label: string }>>
  readonly customizations: {
    readonly vscode: { readonly extensions: readonly string[]; readonly settings: Readonly<Record<string, string>> }
  }
}

const read = (...path: string[]): string => readFileSync(join(projectRoot, ...path), 'utf8')
const container = JSON.parse(read('.devcontainer', 'devcontainer.json')) as DevContainer
const manifest = JSON.parse(read('package.json')) as { engines: { node: string }; scripts: Record<string, string> }

/** The port that a command listens on by default. */
function portOf(name: string): unknown {
  const command = createProgram().commands.find((each) => each.name() === name)
  return command?.options.find(({ long }) => long === '--port')?.defaultValue
}

describe('the dev container', () => {
  it('has the Node that the project asks for, and sets the project up', () => {
    expect(container.image).toBe(`node:${manifest.engines.node.replace('>=', '')}-bookworm`)
    expect(container.postCreateCommand).toMatch(/ && npm run setup$/)
    expect(manifest.scripts).toHaveProperty('setup')
  })

  it('installs what the README says that Debian lacks', () => {
    const [, installed] =
      /apt-get install -y --no-install-recommends ([\w -]+?) &&/.exec(container.postCreateCommand) ?? []
    expect(installed).toBe('python3-venv')
    for (const name of (installed ?? '').split(' '))
      expect(read('README.md')).toContain(`Debian/Ubuntu: with \`${name}\``)
  })

  it('opens the ports of the report and of JupyterLab, each with its name', () => {
    expect(container.forwardPorts).toEqual([portOf('site'), portOf('lab')])
    expect(Object.keys(container.portsAttributes)).toEqual(container.forwardPorts.map(String))
  })

  it("shows VS Code the project's Python, whose kernel runs the notebooks, and the extension that the README names", () => {
    const { extensions, settings } = container.customizations.vscode
    expect(settings['python.defaultInterpreterPath']).toBe(relative(projectRoot, venvProgram('python')))
    expect(extensions).toContain('ms-toolsai.jupyter')
    expect(read('README.md')).toContain(`choose \`${settings['python.defaultInterpreterPath']}\``)
  })

  it('has no property that the specification does not know', () => {
    const known = ['name', 'image', 'postCreateCommand', 'forwardPorts', 'portsAttributes', 'customizations']
    expect(Object.keys(container).filter((name) => !known.includes(name))).toEqual([])
  })
})
