import { z } from 'zod'
import { UserError } from '../support/errors.ts'
import { issueText } from '../support/stored.ts'
import { type ExperimentConfig, experimentConfigSchema } from './experimentConfig.ts'
import { itemAt } from '../support/itemAt.ts'
import { isOneOf, isRecord } from '../support/records.ts'

/** Some settings by section, as in an ExperimentConfig. */
export const overridesSchema = z.record(z.string(), z.unknown())
/** Settings to change, by `section.name`. */
export type Overrides = Readonly<Record<string, unknown>>

/** What a person may change; the rest says which iteration it is and follows from the command. */
const SECTIONS: readonly (keyof ExperimentConfig)[] = ['title', 'seed', 'data', 'model', 'training', 'generation']
/** Settings that are one value although it has parts: they are replaced whole. */
const WHOLE: readonly string[] = ['data.part', 'data.weights', 'training.schedule']

/**
 * A configuration with some settings replaced, `{ training: { learningRate: 0.003 } }`.
 * @throws UserError for a setting there is not (it lists those there are), and for a value of another kind or out of bounds.
 */
export function override(config: ExperimentConfig, overrides: Overrides): ExperimentConfig {
  for (const name of Object.keys(overrides)) {
    if (!isOneOf(SECTIONS, name)) throw unknownSetting(name, SECTIONS)
  }
  const changed = replaced({ ...config }, overrides, '')
  checkConfig(changed)
  return changed // not what was read: run names hash the keys in their order
}

function checkConfig(value: unknown): asserts value is ExperimentConfig {
  const read = experimentConfigSchema.safeParse(value, { reportInput: true })
  if (!read.success) throw new UserError(issueText(itemAt(read.error.issues, 0)))
}

/**
 * `training.learningRate=0.003` as an override; the value is JSON, or plain text where it is not.
 * @throws UserError when there is no `=` or no name.
 */
export function parseSetting(text: string): Overrides {
  const at = text.indexOf('=')
  if (at < 1) throw new UserError(`invalid --set: ${text} (section.setting=value, such as training.learningRate=0.003)`)
  return nested(text.slice(0, at).split('.'), valueOf(text.slice(at + 1)))
}

/** Several overrides as one; of a setting that several name the last counts. */
export function merged(all: readonly Overrides[]): Overrides {
  return all.reduce((sum, one) => deepMerge(sum, one), {})
}

/** Sections whose settings have names with a dot. */
export type Section = 'data' | 'model' | 'training' | 'generation'
/** The keys of any member of a union. */
export type KeysOf<T> = T extends unknown ? keyof T & string : never
/** What a key holds in the members of a union that have it. */
export type ValueOf<T, K> = T extends unknown ? (K extends keyof T ? T[K] : never) : never
/** `training.learningRate` and its like. */
export type SettingName = { [S in Section]: `${S}.${KeysOf<ExperimentConfig[S]>}` }[Section]
/** The value of a setting by its name. */
export type SettingValue<Name> = Name extends `${infer S extends Section}.${infer Key}`
  ? ValueOf<ExperimentConfig[S], Key>
  : never

/** Settings by their names with a dot, `training.learningRate`; each takes a value of its own kind. */
export type Settings = { readonly [Name in SettingName]?: SettingValue<Name> } & { readonly seed?: number }

/**
 * Settings to change, from their names with a dot.
 * @example set({ 'model.layerSizes': [32, 32], 'training.steps': 200 })
 */
export function set(settings: Settings): Overrides {
  return merged(Object.entries(settings).map(([name, value]) => nested(name.split('.'), value)))
}

const nested = (names: readonly string[], value: unknown): Overrides =>
  names.slice(0, -1).reduceRight<Overrides>((inner, name) => ({ [name]: inner }), { [itemAt(names, -1)]: value })

function deepMerge(a: Overrides, b: Overrides): Overrides {
  const entries = Object.entries(b).map(([name, value]): [string, unknown] => {
    const before = a[name]
    return [name, isRecord(before) && isRecord(value) ? deepMerge(before, value) : value]
  })
  return { ...a, ...Object.fromEntries(entries) }
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return text
    throw error
  }
}

function replaced(base: Overrides, overrides: Overrides, path: string): Overrides {
  const entries = Object.entries(overrides).map(([name, value]): [string, unknown] => {
    const place = path === '' ? name : `${path}.${name}`
    if (!(name in base)) throw unknownSetting(place, Object.keys(base))
    const before = base[name]
    const nested = isRecord(before) && !WHOLE.includes(place)
    const isNested = isRecord(value) && !WHOLE.includes(place)
    if (nested !== isNested || !fits(before, value, place)) throw otherKind(place, before, value)
    return [name, nested && isNested ? replaced(before, value, place) : value]
  })
  return { ...base, ...Object.fromEntries(entries) }
}

/** Settings that may be null or of several kinds; what they hold is checked where it is used. */
const OPEN: readonly string[] = [
  ...WHOLE,
  'data.maxMelodiesPerFile',
  'training.window',
  'training.averaging',
  'training.patience',
  'training.replay',
  'training.stayNear',
]

function fits(before: unknown, value: unknown, place: string): boolean {
  return OPEN.includes(place) || (typeof before === typeof value && Array.isArray(before) === Array.isArray(value))
}

function unknownSetting(place: string, names: readonly string[]): UserError {
  return new UserError(`there is no setting ${place}: choose one of ${names.join(', ')}`)
}

function otherKind(place: string, before: unknown, value: unknown): UserError {
  return new UserError(`${place} is ${JSON.stringify(value)}: expected a value like ${JSON.stringify(before)}`)
}
