import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * A value of the published results by its place, file first: `summary/iterations/2.1/test/general/loss` is in `summary.json`.
 * A row of a list is named by what is in it, not by its place: `musical/fidelity/set=ours 1/share`; or as the one where a number is
 * least: `summary/baselines/style/least test.loss.value/name`.
 * Where a run's end is what is published, the results have no `last`: `…/last/steps` is then `…/steps`.
 * @param folder the results' folder.
 * @throws Error that names the place when there is nothing there: a report with a hole is not built.
 */
export function resultAt(folder: string, place: string): unknown {
  const names = place.split('/')
  const found =
    memberAt(folder, names) ??
    memberAt(
      folder,
      names.filter((name) => name !== 'last'),
    )
  if (found === undefined) throw new Error(`the report names the result ${place}, which does not exist`)
  return found
}

function memberAt(folder: string, names: readonly string[]): unknown {
  for (let length = names.length; length > 0; length--) {
    const file = join(folder, `${names.slice(0, length).join('/')}.json`)
    if (!existsSync(file)) continue
    const whole: unknown = JSON.parse(readFileSync(file, 'utf8'))
    const found = names.slice(length).reduce(memberOf, whole)
    if (found !== undefined && found !== null) return found
  }
  return undefined
}

function memberOf(value: unknown, name: string): unknown {
  if (Array.isArray(value) && name.startsWith(LEAST)) return leastOf(value, name.slice(LEAST.length))
  if (Array.isArray(value) && name.includes('=')) return rowOf(value, name)
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

const LEAST = 'least '

/** The row of a list whose number at this path, `test.loss.value`, is least; undefined where no row has one. */
function leastOf(rows: readonly unknown[], path: string): unknown {
  const numbers = rows.map((row) => path.split('.').reduce(memberOf, row))
  const found = numbers.filter((number) => typeof number === 'number')
  return rows[numbers.indexOf(Math.min(...found))]
}

/** The row of a list with these values: `name=ppm,trainedOn=style`. */
function rowOf(rows: readonly unknown[], wanted: string): unknown {
  const pairs = wanted.split(',').map((pair) => pair.split('='))
  return rows.find((row) => pairs.every(([name = '', value]) => String(memberOf(row, name)) === value))
}
