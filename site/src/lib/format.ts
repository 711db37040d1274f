import { percentText } from '../../../src/support/text/percentText.ts'

/** Numbers as the pages show them. A value that is not defined is a dash, never 0. */
const UNDEFINED = '–'

export const count = (value: number): string => value.toLocaleString('en')

/** With a minus sign, not a hyphen. */
export const fixed = (value: number, digits: number): string =>
  Number.isFinite(value) ? value.toFixed(digits).replace('-', '−') : UNDEFINED

export const percent = (share: number): string => percentText(share)

/** @example duration(312) // '5 min 12 s' */
export function duration(seconds: number): string {
  const whole = Math.round(seconds)
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  if (hours > 0) return `${hours} h ${minutes} min`
  return minutes > 0 ? `${minutes} min ${rest} s` : `${rest} s`
}

export const day = (iso: string): string => iso.slice(0, 10)

export const kilobytes = (bytes: number): string => `${count(Math.round(bytes / 1000))} kB`

/** @example sentence('the whole melody') // 'The whole melody' */
export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** Words for a primer's name in headings. */
const primerWords: Readonly<Record<string, string>> = {
  onenote: 'One note',
  half_note: 'Half note',
  major: 'Major',
  minor: 'Minor',
  arp: 'Arpeggio',
  bach: 'Bach',
  modal: 'Modal',
}

export const primerTitle = (name: string): string => primerWords[name] ?? sentence(name.replaceAll('_', ' '))
