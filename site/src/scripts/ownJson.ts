/** What the build of this page wrote as JSON, into an attribute or a file beside the page: its type is the build's own. */
export const ownJson = <T>(text: string): T => JSON.parse(text) as T

/** The same of an answer. */
export const ownAnswer = async <T>(answer: Response): Promise<T> => ownJson<T>(await answer.text())
