/**
 * A share (0-1) in percent. What would be rounded to none or to all of it, and is neither, is given as a bound: `0.0%` is said
 * of 0 alone. A share that is not defined is a dash.
 * @example percentText(0.4213) // '42.1%'
 * @example percentText(0.0002) // '< 0.1%'
 */
export function percentText(share: number | null, digits = 1): string {
  if (share === null || Number.isNaN(share)) return '–'
  const text = (share * 100).toFixed(digits)
  const least = 10 ** -digits
  if (share > 0 && Number(text) === 0) return `< ${least}%`
  if (share < 1 && Number(text) === 100) return `> ${100 - least}%`
  return `${text.replace('-', '−')}%`
}

/**
 * A probability in percent, whole but near 0 and 1, where a decimal counts.
 * @example probabilityText(0.42) // '42%'
 * @example probabilityText(0.0002) // '< 0.1%'
 */
export const probabilityText = (share: number): string => percentText(share, share < 0.1 || share > 0.99 ? 1 : 0)
