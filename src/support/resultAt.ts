import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * A value of the published results by its place, file first: `summary/iterations/2.1/test/general/loss` is in `summary.json`.
 * @param folder the results' folder.
 * @throws Error that names the place when there is nothing there: a report with a hole is not built.
 */
export function resultAt(folder: string, place: string): unknown {
  const names = place.split('/')
  for (let length = names.length; length > 0; length--) {
    const file = join(folder, `${names.slice(0, length).join('/')}.json`)
    if (!existsSync(file)) continue
    const whole = JSON.parse(readFileSync(file, 'utf8')) as unknown
    const found = names.slice(length).reduce(memberOf, whole)
    if (found !== undefined && found !== null) return found
  }
  throw new Error(`the report names the result ${place}, and there is none`)
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}
