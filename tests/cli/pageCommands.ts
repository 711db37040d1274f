import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../src/support/projectRoot.ts'

/** The page From Magenta as it is written. */
export const page = readFileSync(join(projectRoot, 'report/from-magenta.mdx'), 'utf8')

/** The words of every command in its blocks, without `npx cantus`. */
export function pageCommands(): string[][] {
  const lines = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.trim().split('\n'))
  return lines.map((line) =>
    [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '').slice(2),
  )
}
