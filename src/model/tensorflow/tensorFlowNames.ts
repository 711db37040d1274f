const BUNDLE = '.mag'
const INDEX = '.index'

/** Whether a path is that of the index of a checkpoint in TensorFlow's second format, or of one of Magenta's bundles. */
export const isIndexFile = (path: string): boolean => path.endsWith(INDEX)
/** Whether a path is that of one of Magenta's bundles. */
export const isBundle = (path: string): boolean => path.endsWith(BUNDLE)
