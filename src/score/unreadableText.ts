/**
 * Why a score cannot be read, for a person: without the names of the error and of the bound, by which data, `--json` and
 * tests know them.
 * @example unreadableText('limit-tunes: the file holds more than 100,000 tunes') // 'the file holds more than 100,000 tunes'
 */
export const unreadableText = (message: string): string => message.replace(/^(?:\w+Error: )?(?:limit-[a-z-]+: )?/, '')
