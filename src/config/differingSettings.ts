import { isRecord } from '../support/records.ts'
import { withoutOff } from './runName.ts'

/**
 * Names of the settings in which two configurations differ, such as `training.evaluateEvery`; what is off and what is absent
 * are the same.
 * @example differingSettings({ training: { steps: 1 } }, { training: { steps: 2 } }) // ['training.steps']
 */
export function differingSettings(one: unknown, other: unknown): string[] {
  return namesOfDifferent(settled(one), settled(other), '')
}

const settled = (config: unknown): unknown => JSON.parse(JSON.stringify(config, withoutOff) ?? 'null')

function namesOfDifferent(one: unknown, other: unknown, name: string): string[] {
  if (!isRecord(one) || !isRecord(other)) return JSON.stringify(one) === JSON.stringify(other) ? [] : [name]
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])]
  return keys.flatMap((key) => namesOfDifferent(one[key], other[key], name === '' ? key : `${name}.${key}`))
}
