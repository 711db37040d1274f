/** Every module of the project's own source, as text: read at build, to say where a figure comes from. */
const sources = import.meta.glob<string>('../../../src/**/*.ts', { query: '?raw', import: 'default', eager: true })

/**
 * The module that exports a function, as a path in the project.
 * @throws Error that names the function when no module exports it.
 */
export function sourceOf(name: string): string {
  const declared = new RegExp(`^export (?:async )?(?:function|const) ${name}\\b`, 'm')
  const found = Object.entries(sources).find(([, text]) => declared.test(text))
  if (!found) throw new Error(`no module of src exports ${name}, which is said to draw a figure of the report`)
  return found[0].replace(/^(?:\.\.\/)+/, '')
}

/** The command that makes each file of results, beside what a figure is drawn from. */
const COMMANDS: Readonly<Record<string, string>> = {
  'summary.json': 'cantus study summarize',
  'musical.json': 'cantus study summarize',
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
    throw new Error(`no command is known to make "${data}": name it in site/src/lib/provenance.ts`)
  return command
}
