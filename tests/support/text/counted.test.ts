import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectRoot } from '../../../src/support/projectRoot.ts'
import { counted } from '../../../src/support/text/counted.ts'

const NOUNS =
  'bytes|copies|events|families|files|iterations|links|melodies|notebooks|notes|pages|pieces|scores|steps|tracks|tunes'

/** A number that is printed before a plural, whatever the number is. A constant, in capitals, is never one. */
const UNCOUNTED = new RegExp(`\\$\\{(?!counted\\()[^{}]*[a-z)][^{}]*\\} (${NOUNS})\\b`)

/** Lines that print a bound or a number that is never one, with the reason. */
const NEVER_ONE: readonly (readonly [RegExp, string])[] = [
  [
    /throw new|Error\(|fail\(|refuse\(|limit-|truncated:|bytes|more than|cut after|cannot continue|of \$\{\w+\.length\} tunes|voices > 1|links to|=== 'train' \?|window === |holds \$\{/,
    'an error about a size or a bound, a number above one, or no number',
  ],
  [/src.(charts|config|evaluation)/, 'texts of the report, whose numbers are published'],
]

describe('counted', () => {
  it.each([
    [counted(1, 'score'), '1 score'],
    [counted(0, 'score'), '0 scores'],
    [counted(4248, 'melody', 'melodies'), '4,248 melodies'],
    [counted(1, 'melody', 'melodies'), '1 melody'],
  ])('says %s', (text, expected) => {
    expect(text).toBe(expected)
  })

  it('makes every count that a command prints', () => {
    const files = readdirSync(join(projectRoot, 'src'), { recursive: true, encoding: 'utf8' })
    const lines = files
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => {
        const text = readFileSync(join(projectRoot, 'src', file), 'utf8')
        return text.split('\n').map((line) => `src/${file}: ${line.trim()}`)
      })
    expect(lines.length).toBeGreaterThan(10_000)
    const printed = lines.filter((line) => UNCOUNTED.test(line))
    expect(printed.filter((line) => !NEVER_ONE.some(([kind]) => kind.test(line)))).toEqual([])
  })
})
