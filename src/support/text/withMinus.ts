/**
 * A number's text with a minus sign where it has a hyphen: they read alike and stand alike in every table.
 * @example withMinus((-0.5).toFixed(1)) // '−0.5'
 */
export const withMinus = (text: string): string => text.replace(/^-/, '−')
