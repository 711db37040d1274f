import { convertScore, type ConversionTask } from './convertScore.ts'

/**
 * Entry point of a worker thread of the conversion pool; see convertAll.ts. Text crosses threads faster than objects,
 * and goes into the log as it is.
 */
export default function convert(task: ConversionTask): string {
  return JSON.stringify(convertScore(task))
}
