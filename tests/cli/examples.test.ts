import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { commandsBelow, EXAMPLES } from '../../src/study/text/examples.ts'
import { createProgram } from '../../src/cli/program.ts'

const commands = new Map(commandsBelow(createProgram()))

function helpOf(command: Command): string {
  let text = ''
  command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp()
  return text
}

/** Commander parses the example's options and arguments; the action is another. */
async function parse(line: string): Promise<void> {
  const program = createProgram()
  for (const [, command] of commandsBelow(program)) command.exitOverride().action(() => undefined)
  await program.parseAsync(line.split(' ').slice(1), { from: 'user' })
}

describe('the help', () => {
  it('has examples for every command, and for nothing else', () => {
    expect(Object.keys(EXAMPLES).sort()).toEqual([...commands.keys()].sort())
  })

  it.each([...commands.keys()])('of %s shows its examples', (name) => {
    expect(EXAMPLES[name]?.length).toBeGreaterThan(0)
    for (const line of EXAMPLES[name] ?? []) expect(helpOf(commands.get(name)!)).toContain(`\n  ${line}`)
  })

  it.each(Object.entries(EXAMPLES).flatMap(([name, lines]) => lines.map((line) => [line, name] as const)))(
    'names a command line that is one: %s',
    async (line, name) => {
      expect(line.startsWith(`cantus ${name}`)).toBe(true)
      await expect(parse(line)).resolves.toBeUndefined()
    },
  )

  it.each(['train', 'transfer'])('of %s says type, value and meaning of each setting', (name) => {
    expect(helpOf(commands.get(name)!)).toMatch(/training\.learningRate +above 0 +0\.\d+ +Adam's/)
  })
})
