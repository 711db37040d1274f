import { parseXml, XmlElement } from '@rgrove/parse-xml'
import { MUSIC_XML_LIMITS, MusicXmlError } from './musicXmlError.ts'

/**
 * The root of an XML text. Entities other than XML's own five are refused, so none can grow.
 * @throws MusicXmlError
 */
export function xmlRoot(text: string): XmlElement {
  if (text.length > MUSIC_XML_LIMITS.bytes)
    throw new MusicXmlError(`limit-bytes: more than ${MUSIC_XML_LIMITS.bytes} characters`)
  try {
    const { root } = parseXml(text)
    if (root !== null) return root
  } catch (error) {
    // A RangeError: elements in elements until the stack is full.
    if (!(error instanceof Error)) throw error
    const [problem] = error.message.split('\n')
    throw new MusicXmlError(`it is not XML: ${problem}`, { cause: error })
  }
  throw new MusicXmlError('it is not XML: it has no element')
}

/** The elements in an element, of one name where one is given. */
export function elementsIn(parent: XmlElement, name?: string): XmlElement[] {
  return parent.children.filter(
    (child): child is XmlElement => child instanceof XmlElement && (name === undefined || child.name === name),
  )
}

/** The first element at the end of a path of names. */
export function elementAt(parent: XmlElement, ...path: readonly string[]): XmlElement | undefined {
  return path.reduce<XmlElement | undefined>(
    (found, name) => (found === undefined ? undefined : elementsIn(found, name)[0]),
    parent,
  )
}

/** The text at the end of a path of names, trimmed; empty where there is no such element. */
export const textAt = (parent: XmlElement, ...path: readonly string[]): string =>
  elementAt(parent, ...path)?.text.trim() ?? ''

/** The number at the end of a path of names; NaN where there is no such element, or it is not a number. */
export function numberAt(parent: XmlElement, ...path: readonly string[]): number {
  const text = textAt(parent, ...path)
  return text === '' ? NaN : Number(text)
}
