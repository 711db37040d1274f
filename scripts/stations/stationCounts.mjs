// What of each station the tests run: V8's coverage of all processes, counted in the lines of src/.
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { mergeProcessCovs } from '@bcoe/v8-coverage'
import { convert } from 'ast-v8-to-istanbul'
import { parseAst } from 'vite'

/** One file's coverage over all processes, by its address; the files of V8 in `folder` are read once and removed. */
export function mergedCoverage(folder, sources) {
  let merged = { result: [] }
  for (const name of readdirSync(folder).filter((each) => each.startsWith('coverage-'))) {
    const path = join(folder, name)
    const { result } = readCoverage(path)
    merged = mergeProcessCovs([merged, { result: result.filter(({ url }) => sources.has(url)) }])
    rmSync(path)
  }
  return new Map(merged.result.map((script) => [script.url, script]))
}

/** A process that was killed may leave half a file. */
function readCoverage(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) return { result: [] }
    throw error
  }
}

/** Branches and statements of one file, and how many of them some process ran. */
async function countsOf(path, script) {
  const text = readFileSync(path, 'utf8')
  // Types become blanks: every place stays where it is.
  const code = stripTypeScriptTypes(text, { mode: 'strip' })
  const never = [
    { functionName: '', isBlockCoverage: true, ranges: [{ startOffset: 0, endOffset: code.length, count: 0 }] },
  ]
  const coverage = { url: pathToFileURL(path).href, functions: script?.functions ?? never }
  const [file] = Object.values(await convert({ code, coverage, ast: parseAst(code), wrapperLength: 0 }))
  const branches = Object.values(file?.b ?? {}).flat()
  const statements = Object.values(file?.s ?? {})
  const ran = (counts) => counts.filter((count) => count > 0).length
  return {
    branches: branches.length,
    branchesRun: ran(branches),
    statements: statements.length,
    statementsRun: ran(statements),
  }
}

/** Every source file with its station: the folder below src/ that it lies in. */
export function sourceFiles(root) {
  const src = join(root, 'src')
  return readdirSync(src, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, url: pathToFileURL(path).href, station: stationOf(path.slice(src.length + 1)) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
}

const stationOf = (path) => (/[\\/]/.test(path) ? path.split(/[\\/]/)[0] : '(entry)')

/** The counts of each station, and of each file in it. */
export async function stationCounts(files, merged) {
  const stations = new Map()
  for (const { path, url, station } of files) {
    const counts = await countsOf(path, merged.get(url))
    const sum = stations.get(station) ?? { files: [], branches: 0, branchesRun: 0, statements: 0, statementsRun: 0 }
    for (const name of Object.keys(counts)) sum[name] += counts[name]
    sum.files.push({ path, ...counts })
    stations.set(station, sum)
  }
  return stations
}
