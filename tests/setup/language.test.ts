import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectRoot } from '../../src/support/projectRoot.ts'

/** A turn that reads like a translation; what to write instead; a line with it, and a line that is fine. */
interface Rule {
  readonly turn: RegExp
  readonly remedy: string
  readonly bad: string
  readonly good: string
}

const UNITS =
  '[Ss]amples|[Kk]ilobits|learned from|bits|nats|notes|steps|events|melodies|files|bytes|batches|sequences|bars|rows|ticks|quarters|beats|\\b120|cost|log p'
const PER =
  'note|step|layer|batch|bar|second|minute|melody|file|primer|quarter|row|set|cell|line|process|model|tune|source'

const RULES: readonly Rule[] = [
  {
    turn: /\bnought\b/i,
    remedy: 'zero',
    bad: 'the reward is nought',
    good: 'the reward is zero',
  },
  {
    turn: /(?<!\bthere )\b(is|are|was|were) none\b/,
    remedy: 'is missing, is not one, or "null if there is none"',
    bad: 'null for a field that is none',
    good: 'null if there is none',
  },
  {
    turn: /(?<!\b(?:there|here) )\b(is|are|was|were) no (?!longer\b|more\b|less\b|[a-z]+er than\b)[A-Za-z]+/,
    remedy: 'is not a',
    bad: '`${path} is no folder`',
    good: 'there is no such folder; it is no longer there; it is not a folder',
  },
  {
    turn: /\bof whom\b|, of which\b/i,
    remedy: 'two sentences, or "whose"',
    bad: 'several ways at once, of which the likeliest stays',
    good: 'follows several ways and keeps the likeliest',
  },
  {
    turn: /\bhangs? on (?!Ctrl|long)/i,
    remedy: 'depends on',
    bad: 'the result hangs on the seed',
    good: 'the result depends on the seed',
  },
  {
    turn: /\b(goes|go|going|went|gone) on (from|where|with|as)\b/i,
    remedy: 'resumes from, continues',
    bad: 'going on from step 40',
    good: 'resuming from step 40',
  },
  {
    turn: /\b(is|are) wanted\b/i,
    remedy: 'expected',
    bad: 'a whole number is wanted',
    good: 'expected a whole number, got 3.5',
  },
  { turn: /\bby heart\b/i, remedy: 'memorises', bad: 'it knows it by heart', good: 'it memorised it' },
  {
    turn: /\bwho runs\b/i,
    remedy: 'anyone who runs, or "by default"',
    bad: 'Who runs the study trains',
    good: 'By default the study trains',
  },
  {
    turn: /\b(?:a|one) (?:row|line|column) an? (?!person|half)[a-z]+/i,
    remedy: 'one row per',
    bad: 'One row a melody',
    good: 'One row per melody',
  },
  {
    turn: new RegExp(`(?:\\b(?:${UNITS})|\\)\\}) an? (?:${PER})\\b`),
    remedy: 'per',
    bad: 'nats a step',
    good: 'nats per step; nats per note',
  },
  {
    turn: /[a-z]An?(Note|Step|Layer|Batch|Bar|Second|Melody|File|Primer|Event)\b/,
    remedy: 'Per: bitsPerNote',
    bad: 'stepsABar',
    good: 'stepsPerBar',
  },
  { turn: /\bisNone\b/, remedy: 'isMissing, isEmpty', bad: 'const isNone = true', good: 'const isMissing = true' },
  {
    turn: /\b(come|comes|came) again\b/i,
    remedy: 'repeats, returns',
    bad: 'motifs that come again',
    good: 'repeated motifs',
  },
  { turn: /\bbefell\b/i, remedy: 'happened to', bad: 'where that befell it', good: 'where that happened' },
  {
    turn: /, for (?:it|they|there|nobody|its|these|those|such|otherwise|no one) /,
    remedy: 'because',
    bad: 'it is dropped, for it may lie',
    good: 'it is dropped, because it may lie; made once, for all tests',
  },
  {
    turn: /\bas (?:large|small|many|much) as (?:it|they) must\b/i,
    remedy: 'say what it is',
    bad: 'each as large as it must be',
    good: 'Holm-adjusted p-values',
  },
  {
    turn: /\b(?:comes? to|came of it|comes? of it)\b(?! (?:life|rest|mind))/i,
    remedy: 'the result, the summary',
    bad: 'what the numbers come to',
    good: 'the summary of the numbers',
  },
  { turn: /\bunless told\b/i, remedy: 'by default', bad: '/ unless told', good: '/ by default' },
  { turn: /\bso many [a-z]+/, remedy: 'this many', bad: 'after so many steps', good: 'after this many steps' },
  { turn: /\banew\b/i, remedy: 'again, from scratch', bad: 'train anew', good: 'train from scratch' },
  {
    turn: /\bleft the numbers\b/i,
    remedy: 'diverged',
    bad: 'training left the numbers',
    good: 'training diverged',
  },
  {
    turn: /\b(?:is|are) told\b/i,
    remedy: 'is explained, is reported',
    bad: 'a wrong path is told first',
    good: 'a wrong path is reported first',
  },
]

/** Lines whose words are published, so that they cannot change before the results do. */
const PUBLISHED: readonly RegExp[] = [
  /: '(?:bitsANote|bitsAStep|notesAStep|logPriorANote)'|flopAnEvent/, // keys of rl-tuner.json and performance.json
  /a melody is shown in|Melodies a file|shuffled anew/, // how a run differs from the study, in its result
]

const COVERED = ['src', 'site', 'scripts', 'bin', 'native', 'bench', 'tests', 'report/decisions', 'data/README.md']
const PAGES = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'WEIGHTS.md', 'eslint.config.js']
/** Texts of others, and this list. */
const LEFT_OUT =
  /^tests\/(goldens\/data\/|fuzz\/seeds\/|reviews\.md|report\/sentences|setup\/language)|\.(svg|json|snap)$/
const TEXT = /\.(ts|mjs|cjs|js|astro|css|md|py|cc|h|sh|sbatch|html)$/

/** The text on one line, as long as before: line ends and marks of comments become spaces. */
const onOneLine = (text: string): string => text.replace(/\n[ \t]*(?:\*|\/\/|#)?/g, (end) => ' '.repeat(end.length))
const spaced = ({ source, flags }: RegExp): RegExp => new RegExp(source.replaceAll(' ', ' +'), `${flags}g`)
const compiled = RULES.map(({ turn, remedy }) => ({ turn: spaced(turn), remedy }))

/** @returns `file:line: "the turn": remedy` for each turn in a text. */
function findings(file: string, text: string): string[] {
  const lines = text.split('\n')
  const flat = onOneLine(text)
  return compiled.flatMap(({ turn, remedy }) =>
    [...flat.matchAll(turn)].flatMap(({ 0: found, index }) => {
      const line = text.slice(0, index).split('\n').length
      const published = PUBLISHED.some((known) => known.test(lines[line - 1] ?? ''))
      return published ? [] : [`${file}:${line}: "${found.replace(/ +/g, ' ')}": write ${remedy}`]
    }),
  )
}

describe('the language', () => {
  it.each(RULES)('$turn finds "$bad" and leaves "$good" alone', ({ turn, remedy, bad, good }) => {
    const write = (text: string) => findings('planted.ts', `// fine\n// ${text}\n`)
    expect(write(bad)).toContainEqual(expect.stringMatching(/^planted\.ts:2: /))
    expect(write(bad).join()).toContain(remedy)
    expect(good).not.toMatch(spaced(turn))
  })

  it('finds a turn that breaks over two lines of a comment', () => {
    expect(findings('planted.ts', '/**\n * The run goes\n * on from there.\n */')).toHaveLength(1)
  })

  it('is plain: src, site, scripts, tests and pages have none of the banned turns', () => {
    const listed = execFileSync('git', ['ls-files', '--', ...COVERED, ...PAGES], { cwd: projectRoot, encoding: 'utf8' })
    const files = listed.split('\n').filter((file) => TEXT.test(file) && !LEFT_OUT.test(file))
    expect(files.length).toBeGreaterThan(500)
    expect(files.flatMap((file) => findings(file, readFileSync(join(projectRoot, file), 'utf8')))).toEqual([])
  })
})
