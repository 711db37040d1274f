import { relative } from 'node:path'
import { type TableRow, textTable } from '../support/text/table.ts'
import type { RenderReport } from './renderPaths.ts'
import { decibels } from './soundLevels.ts'

const level = (value: number): string => `${decibels(value).toFixed(1)} dB`.replace('-', '−')

/** One row per file that was written, and the totals. */
export function renderText({ written, skipped, failed, totalBytes }: RenderReport): string {
  const rows = written.map(({ path, seconds, bytes, peak, rms }): TableRow => {
    return {
      sound: relative(process.cwd(), path),
      seconds: seconds.toFixed(1),
      bytes,
      peak: level(peak),
      RMS: level(rms),
    }
  })
  const of = (measure: 'peak' | 'rms'): string => {
    const values = written.map((each) => each[measure])
    return `${level(Math.min(...values))} to ${level(Math.max(...values))}`
  }
  const levels = written.length === 0 ? [] : [`peak ${of('peak')}, RMS ${of('rms')}`]
  const parts = [
    `${written.length} written`,
    ...(skipped > 0 ? [`${skipped} already exist (--force makes them again)`] : []),
    ...(failed.length > 0 ? [`${failed.length} failed`] : []),
    `${(totalBytes / 1e6).toFixed(2)} MB in total`,
    ...levels,
  ]
  return [...(rows.length > 0 ? [textTable(rows), ''] : []), parts.join('; ')].join('\n')
}
