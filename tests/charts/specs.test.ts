import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LoggerInterface } from 'vega'
import { compile } from 'vega-lite'
import { describe, expect, it } from 'vitest'
import type { VegaLiteSpec } from '../../src/charts/vegaLite.ts'
import { projectRoot } from '../../src/support/projectRoot.ts'
import { readableJson } from '../../src/support/readableJson.ts'
import { chartCases } from './chartCases.ts'

const charts = join(projectRoot, 'src', 'charts')
/** The functions of src/charts that give a vega-lite specification. */
const declared = readdirSync(charts).flatMap((file) =>
  [...readFileSync(join(charts, file), 'utf8').matchAll(/^export function (\w+Spec)\([^]*?\): (\w+) \{/gm)]
    .filter(([, , type]) => type === 'VegaLiteSpec')
    .map(([, name]) => name),
)

/** What vega-lite says of a chart while it compiles it. */
function warningsOf(spec: VegaLiteSpec): string[] {
  const said: string[] = []
  const logger: LoggerInterface = {
    level: (level?: number): never => (level === undefined ? 0 : logger) as never,
    error: (...words) => (said.push(words.join(' ')), logger),
    warn: (...words) => (said.push(words.join(' ')), logger),
    info: () => logger,
    debug: () => logger,
  }
  compile(spec, { logger })
  return said
}

it('hears what vega-lite warns of', () => {
  const mark: VegaLiteSpec = { data: { values: [] }, mark: 'bar', encoding: { shape: { field: 'x', type: 'nominal' } } }
  expect(warningsOf(mark)).not.toEqual([])
})

describe('each chart', () => {
  it('has a case here', () => {
    expect(Object.keys(chartCases).sort()).toEqual([...declared].sort())
  })

  it.each(Object.entries(chartCases))('%s: says what it said, without a warning', async (name, spec) => {
    const { config, ...own } = spec
    expect(config).toBeDefined() // the common look: the snapshots of drawings show it
    await expect(readableJson(own)).toMatchFileSnapshot(`snapshots/specs/${name}.json`)
    expect(warningsOf(spec)).toEqual([])
  })
})
