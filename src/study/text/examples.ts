import type { Command } from 'commander'

/** What people run first, by command; each line is a whole command line. `--help` of every command shows its own. */
export const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  reproduce: ['cantus reproduce --scale quick', 'cantus reproduce --scale quick --corpus MUSIC --style MUSIC/waltzes'],
  train: [
    'cantus train --steps 3000',
    'cantus train --corpus MUSIC --set model.layerSizes=[64,64] --set training.patience=5',
  ],
  sweep: ['cantus sweep sweep.json', 'cantus sweep sweep.json --table'],
  transfer: ['cantus transfer 2.1 --plan --corpus MUSIC', 'cantus transfer 2.1 --corpus MUSIC --optimizer fresh'],
  evaluate: ['cantus evaluate 2.1 --corpus MUSIC', 'cantus evaluate 2.1 --corpus MUSIC --seen leave-out --json'],
  profile: ['cantus profile song.mid', 'cantus profile MUSIC --json'],
  study: ['cantus study summarize --scale quick'],
  'study summarize': ['cantus study summarize', 'cantus study summarize --scale quick --further'],
  'study controls': ['cantus study controls'],
  'study claims': ['cantus study claims'],
  'study steps': ['cantus study steps --corpus shared'],
  'study starter': ['cantus study starter --corpus shared'],
  'study logs': ['cantus study logs LOGS'],
  'study transfer': ['cantus study transfer --corpus shared', 'cantus study transfer --scale quick'],
  'study ablations': [
    'cantus study ablations --scale quick',
    'cantus study ablations --corpus shared --only reference --only without-attention --seeds 1',
  ],
  'study decoding': ['cantus study decoding', 'cantus study decoding --scale quick --limit 50'],
  'study targets': ['cantus study targets', 'cantus study targets --json'],
  'study duet': ['cantus study duet RUN --scale full', 'cantus study duet RUN --scale quick'],
  'study duets': ['cantus study duets', 'cantus study duets --json'],
  listening: ['cantus listening votes-1.json votes-2.json', 'cantus listening *.json --json'],
  export: ['cantus export 2.1 --format magenta-js --out model', 'cantus export 3.1 --format hub --out cantus-3.1'],
  runs: ['cantus runs', 'cantus runs --json'],
  tune: ['cantus tune 2.1 --mode dorian --root D --method psi', 'cantus tune 2.1 --root D --steps 20000 --seed 2'],
  tensorboard: ['cantus tensorboard', 'cantus tensorboard data/runs/1'],
  duet: [
    'cantus duet song.mid --model RUN --mode third-below',
    'cantus duet song.mid --model RUN --mode contrary --lambda 4 --clock committed',
  ],
  corpus: ['cantus corpus list', 'cantus corpus build --corpus MUSIC'],
  'corpus voices': ['cantus corpus voices --scale smoke --out voices', 'cantus corpus voices --corpus MUSIC'],
  'corpus list': ['cantus corpus list'],
  'corpus fetch': ['cantus corpus fetch'],
  'corpus card': ['cantus corpus card --write'],
  'corpus build': ['cantus corpus build --corpus MUSIC', 'cantus corpus build --corpus MUSIC --shard 1/4'],
  'corpus merge': ['cantus corpus merge --corpus MUSIC'],
  'corpus stats': ['cantus corpus stats --corpus MUSIC'],
  'corpus report': ['cantus corpus report --corpus MUSIC --out counts.json'],
  'corpus starter': ['cantus corpus starter'],
  'corpus export': [
    'cantus corpus export --corpus MUSIC --out scores.tfrecord',
    'cantus corpus export --corpus MUSIC --melodies --format musicxml --out melodies',
  ],
  inspect: ['cantus inspect song.mid', 'cantus inspect song.musicxml', 'cantus inspect MUSIC --json'],
  melodies: [
    'cantus melodies song.mid',
    'cantus melodies book.abc#12',
    'cantus melodies MUSIC --min-bars 4 --ignore-polyphonic',
  ],
  generate: [
    'cantus generate 2.2 --primer cmajor_arp --count 5',
    'cantus generate 2.1 --primer starter:3',
    'cantus generate 2.1 --primer song.mid --bars 1-4 --temperature 0.9',
    'cantus generate 2.1 --style-dial 0.5',
    'cantus generate --from generated/melody.json',
  ],
  render: ['cantus render generated', 'cantus render song.mid --bitrate 64'],
  notebooks: ['cantus notebooks 1-corpus', 'cantus notebooks --scale smoke'],
  lab: ['cantus lab', 'cantus lab --scale quick --no-browser'],
  site: ['cantus site', 'cantus site --build-only --out public --base /cantus'],
  setup: ['cantus setup'],
  doctor: ['cantus doctor'],
}

/** The command's commands that help shows, and all below them, by their names without the program's: `corpus build`. */
export function commandsBelow(command: Command, path: readonly string[] = []): [string, Command][] {
  const visible = command.createHelp().visibleCommands(command)
  const shown = command.commands.filter((each) => visible.includes(each))
  return shown.flatMap((each): [string, Command][] => {
    const own = [...path, each.name()]
    return [[own.join(' '), each], ...commandsBelow(each, own)]
  })
}

/** Adds its examples to the help of every command. */
export function addExamples(program: Command): void {
  for (const [name, command] of commandsBelow(program)) {
    const lines = EXAMPLES[name] ?? []
    if (lines.length > 0) command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`)
  }
}
