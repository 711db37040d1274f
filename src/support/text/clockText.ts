/**
 * A length of time as players show it, in minutes and seconds; whole seconds are rounded down, tenths to the nearest.
 * @example clockText(62.5, 1) // '1:02.5'
 */
export function clockText(seconds: number, decimals: 0 | 1 = 0): string {
  const shown = decimals === 0 ? Math.floor(seconds) : Math.round(seconds * 10) / 10
  return `${Math.floor(shown / 60)}:${(shown % 60).toFixed(decimals).padStart(decimals === 0 ? 2 : 4, '0')}`
}
