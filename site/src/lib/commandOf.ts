/** The command that makes each file of results, beside what a figure is drawn from. */
const COMMANDS: Readonly<Record<string, string>> = {
  'summary.json': 'cantus study summarize',
  'musical.json': 'cantus study summarize',
  'steps.json': 'cantus study steps',
  'transfer.json': 'cantus study transfer',
  'ablations.json': 'cantus study ablations',
  'rl-tuner.json': 'cantus tune --report',
  'corpus-report.json': 'cantus corpus report',
  'study.json': 'cantus study logs DIR',
  'together.json': 'npm run bench together',
  'duet.json': 'npm run bench duet',
}

/** What the site computes itself: drawings of terms, and one published melody read by one model. */
export const DRAWN_BY_SITE: readonly string[] = ['', 'unrolled.json']

/**
 * The command that makes what a figure shows: that of its results, or of the run of an iteration; else the site draws it itself.
 * @throws Error that names the data when no command is known to make it.
 */
export function commandOf(data: string): string {
  const iteration = /^iteration-(.+)\.json$/.exec(data)?.[1]
  if (iteration !== undefined) return `cantus reproduce --iteration ${iteration}`
  if (DRAWN_BY_SITE.includes(data)) return 'npm run site'
  const command = COMMANDS[data]
  if (command === undefined)
    throw new Error(`no command is known to make "${data}": name it in site/src/lib/commandOf.ts`)
  return command
}
