import { describe, expect, it } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'
import { labArguments, labEnvironment } from '../../src/notebook/openLab.ts'
import { notebookRequest } from '../../src/notebook/notebookRequest.ts'
import { type TrainingFlags, trainingsAsked } from '../../src/notebook/trainingsAsked.ts'

const command = (name: string) => createProgram().commands.find((each) => each.name() === name)!
const flagsOf = (name: string, words: readonly string[]): TrainingFlags => {
  const parsed = command(name)
  expect(parsed.parseOptions([...words])).toEqual({ operands: [], unknown: [] })
  return parsed.opts<TrainingFlags & Record<string, unknown>>()
}
const words = ['--scale', 'quick', '--seed', '3', '--steps', '40', '--set', 'model.layerSizes=[32,32]', '--set', 'training.learningRate=0.01']

describe.each(['lab', 'notebooks'])('cantus %s', (name) => {
  it('takes seed, steps and settings, and the cells get them', () => {
    const asked = trainingsAsked(flagsOf(name, words), { train: true, scale: 'quick' })
    const settings = { model: { layerSizes: [32, 32] }, training: { learningRate: 0.01 } }
    expect(asked).toEqual({ seed: 3, steps: 40, settings })
    const folders = { root: 'r', data: 'd' }
    const environment = labEnvironment({ ...asked, folders, scale: 'quick', train: true, corpus: [], style: [] })
    expect(notebookRequest(environment)).toEqual({ scale: 'quick', train: true, corpus: [], style: [], ...asked })
  })

  it('shows them in its help', () => {
    const help = command(name).helpInformation()
    for (const flag of ['--seed <n>', '--steps <n>', '--set <setting=value>', '--corpus <dir>', '--style <dir>'])
      expect(help).toContain(flag)
  })
})

describe('trainingsAsked', () => {
  const mode = { train: true, scale: 'quick' } as const

  it('refuses what only a training can use where cells read results', () => {
    expect(() => trainingsAsked({ steps: 9, set: [] }, { ...mode, train: false })).toThrow(
      '--steps changes a training, but the cells only read results: add --scale quick, or leave it out',
    )
    expect(trainingsAsked({ set: [] }, { ...mode, train: false })).toEqual({})
  })

  it('refuses a setting that no iteration has, and takes one that some have', () => {
    expect(() => trainingsAsked({ set: [{ model: { layers: 3 } }] }, mode)).toThrow('there is no setting model.layers')
    expect(() => trainingsAsked({ set: [{ training: { steps: 'many' } }] }, mode)).toThrow('training.steps is "many"')
    expect(trainingsAsked({ set: [{ model: { attentionSize: 32 } }] }, mode).settings).toEqual({ model: { attentionSize: 32 } })
  })
})

describe('cantus lab', () => {
  it('opens at notebook 0', () => {
    expect(labArguments({ port: 9000, browser: false }, false)).toContain(
      '--LabApp.default_url=/lab/tree/notebooks/0-one-melody.ipynb',
    )
  })
})
