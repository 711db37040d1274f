/**
 * Lists as a sentence has them.
 * @example inWords.format(['a', 'b', 'c']) // 'a, b and c'
 */
export const inWords = new Intl.ListFormat('en-GB')
