import type { SourceStatus } from '../../corpus/listSources.ts'
import { counted } from '../../support/text/counted.ts'

/** The known corpora, a block each. */
export function sourceLines(sources: readonly SourceStatus[]): string[] {
  return sources.flatMap(({ name, title, files, bytes, licence, state, use }) => {
    const size = `${(bytes / 1e6).toLocaleString('en', { maximumFractionDigits: 1 })} MB`
    const amount = files === null ? size : `${counted(files, 'file')}, ${size}`
    return [`${name}: ${state}`, `  ${title}`, `  ${amount}`, `  licence: ${licence}`, `  use: ${use}`, '']
  })
}
