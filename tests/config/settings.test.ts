import { describe, expect, it } from 'vitest'
import { override } from '../../src/config/overrides.ts'
import { experiment, ITERATIONS, SCALES } from '../../src/config/scales.ts'
import { settingLines, SETTINGS } from '../../src/config/settings.ts'

const SECTIONS = ['title', 'seed', 'data', 'model', 'training', 'generation']
/** Replaced whole, although they have parts. */
const WHOLE = ['data.part', 'data.weights', 'training.schedule']

/** Settings that only networks of notes have. */
const OF_NOTES = [
  'training.batchRows',
  'model.attentionSize',
  'generation.rhythmTemperature',
  'generation.topP',
  'generation.appendix',
]
/** Those that they do not have. */
const OF_STEPS = ['model.attentionLength', 'model.residual']
/** Those that only a transfer has. */
const OF_TRANSFER = ['training.replay', 'training.stayNear']

function names(value: unknown, path: string): string[] {
  const isSection = typeof value === 'object' && value !== null && !Array.isArray(value) && !WHOLE.includes(path)
  return isSection ? Object.entries(value).flatMap(([name, inner]) => names(inner, `${path}.${name}`)) : [path]
}

const config = experiment('1', 'quick')

describe('the list of settings', () => {
  it('holds every setting that --set takes, once, and no other', () => {
    const all = ITERATIONS.map((iteration) => experiment(iteration, 'quick')).flatMap((each) =>
      SECTIONS.flatMap((section) => names(each[section as keyof typeof each], section)),
    )
    expect(SETTINGS.map(({ name }) => name).sort()).toEqual([...new Set(all)].sort())
  })

  it('shows what an iteration has: those of the study without those of notes, and the other way round', () => {
    for (const iteration of ITERATIONS)
      for (const scale of SCALES) {
        const ofKind = iteration.startsWith('3') ? OF_STEPS : OF_NOTES
        const without = [...ofKind, ...(iteration.endsWith('.2') ? [] : OF_TRANSFER)]
        expect(settingLines(experiment(iteration, scale))).toHaveLength(SETTINGS.length - without.length)
      }
  })

  it('is of values that --set takes back', () => {
    for (const { name } of SETTINGS.filter(({ name }) => ![...OF_NOTES, ...OF_TRANSFER].includes(name))) {
      const value = name.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], config)
      const asked = name.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), value)
      expect(override(config, asked as Record<string, unknown>)).toEqual(config)
    }
  })

  it('says type, value and meaning, in lines of a terminal', () => {
    const lines = settingLines(config)
    expect(lines.find((line) => line.includes('training.learningRate'))).toMatch(/above 0 +0\.01 +Adam's/)
    expect(lines.find((line) => line.includes('model.layerSizes'))).toMatch(/JSON list +\[128,128\] +units/)
  })
})
