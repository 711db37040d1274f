import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'
import { page, pageCommands } from './pageCommands.ts'

/** The command that the first words name, and the words after its name. */
function resolved(command: Command, words: readonly string[]): { command: Command; rest: readonly string[] } {
  const [first = '', ...rest] = words
  const next = command.commands.find((each) => each.name() === first)
  return next === undefined ? { command, rest: words } : resolved(next, rest)
}

const every = (command: Command): Command[] => [command, ...command.commands.flatMap(every)]

describe('the page From Magenta', () => {
  it.each(pageCommands().map((words) => [words.join(' '), words] as const))(
    'shows a command that is one: %s',
    (_, words) => {
      const { command, rest } = resolved(createProgram(), words)
      expect(command.parent).not.toBeNull()
      // Values that an option does not take throw here; tests/slow runs the command.
      expect(command.parseOptions([...rest]).unknown).toEqual([])
    },
  )

  it('names options that are there', () => {
    const there = new Set(every(createProgram()).flatMap(({ options }) => options.map(({ long }) => long)))
    const rows = page.split('\n').filter((line) => /^\| /.test(line) && !/^\| (Magenta|---)/.test(line))
    const named = rows.flatMap((row) => row.split('|')[2]?.match(/--[a-z-]+/g) ?? [])
    expect(named.length).toBeGreaterThan(20)
    for (const option of named) expect(there, option).toContain(option)
  })

  it('names every flag of Magenta that there is', () => {
    const flags = {
      melody_rnn_create_dataset: ['config', 'eval_ratio', 'hparams', 'input', 'log', 'output_dir'],
      melody_rnn_train: [
        'config',
        'eval',
        'log',
        'num_training_steps',
        'run_dir',
        'sequence_example_file',
        'summary_frequency',
      ],
      melody_rnn_generate: [
        ...[
          'beam_size',
          'branch_factor',
          'bundle_file',
          'checkpoint_file',
          'config',
          'generator_description',
          'generator_id',
        ],
        ...[
          'num_outputs',
          'num_steps',
          'output_dir',
          'primer_melody',
          'primer_midi',
          'qpm',
          'run_dir',
          'save_generator_bundle',
        ],
        ...['steps_per_iteration', 'steps_per_quarter', 'temperature'],
      ],
      rl_tuner_train: [
        ...['algorithm', 'exploration_mode', 'exploration_steps', 'midi_primer', 'note_rnn_checkpoint_dir'],
        ...['note_rnn_checkpoint_name', 'num_notes_in_melody', 'output_dir', 'output_every_nth', 'reward_scaler'],
        ...['training_data_path', 'training_steps'],
      ],
    }
    const sections = page.split(/^## /m)
    for (const [program, names] of Object.entries(flags)) {
      const section = sections.find((text) => text.split('\n')[0]?.includes(`\`${program}\``)) ?? ''
      for (const name of names) expect(section, `${program} --${name}`).toMatch(new RegExp(`--${name}\\b`))
    }
  })
})
