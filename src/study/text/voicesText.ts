import type { countPassages } from '../../dataset/twoVoices.ts'
import { counted } from '../../support/text/counted.ts'

/** What was counted, the name of its corpus, and the files that were written. */
export type Counted = ReturnType<typeof countPassages> & {
  readonly corpus: string
  readonly written: readonly string[]
}

/** How many passages of two voices there are, and the files of those that were written. */
export function voicesText({ corpus, passages, files, families, written }: Counted): string {
  const { train, validation, test } = passages
  return [
    `${corpus}: ${counted(train + validation + test, 'passage')} of two voices in ${counted(files, 'file')} of ${counted(families, 'family', 'families')}`,
    `  ${train} to train on, ${validation} to choose by, ${test} to test`,
    ...written.map((path) => `  ${path}`),
  ].join('\n')
}
