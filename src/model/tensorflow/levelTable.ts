import { maskedCrc } from '../../support/maskedCrc.ts'
import { TensorFlowFileError } from './tensorFlowFileError.ts'

/** Bytes of the footer, whose last eight are the magic number. */
const FOOTER = 48
const MAGIC = 0xdb4775248b80fb57n
/** After each block: how it is compressed, and its checksum. */
const TRAILER = 5
const UNCOMPRESSED = 0

/** A key of a table with its value. */
export type TableEntry = readonly [key: string, value: Uint8Array]

/** Whether bytes end as a table does. */
export const isLevelTable = (bytes: Uint8Array): boolean =>
  bytes.length >= FOOTER && viewOf(bytes).getBigUint64(bytes.length - 8, true) === MAGIC

/**
 * The entries of a sorted table in LevelDB's format, which TensorFlow writes checkpoints in. Keys are read as Latin-1.
 * @throws TensorFlowFileError when it is truncated, damaged or compressed.
 */
export function levelTable(bytes: Uint8Array): TableEntry[] {
  if (!isLevelTable(bytes)) throw new TensorFlowFileError('it is truncated, or not a TensorFlow checkpoint')
  const footer = new ByteReader(bytes.subarray(bytes.length - FOOTER))
  handleIn(footer) // of the metaindex, which is empty
  const index = blockAt(bytes, handleIn(footer))
  return entriesOf(index).flatMap(([, value]) => entriesOf(blockAt(bytes, handleIn(new ByteReader(value)))))
}

/** Where a block lies. */
interface Handle {
  readonly offset: number
  readonly size: number
}

const handleIn = (reader: ByteReader): Handle => ({ offset: reader.varint(), size: reader.varint() })

function blockAt(bytes: Uint8Array, { offset, size }: Handle): Uint8Array {
  const end = offset + size
  if (end + TRAILER > bytes.length) throw new TensorFlowFileError('it is truncated')
  if (bytes[end] !== UNCOMPRESSED) throw new TensorFlowFileError('its blocks are compressed, as TensorFlow writes none')
  if (viewOf(bytes).getUint32(end + 1, true) !== maskedCrc(bytes.subarray(offset, end + 1)))
    throw new TensorFlowFileError(`the block at byte ${offset} has another checksum: the file is damaged`)
  return bytes.subarray(offset, end)
}

/** Entries hold what their key adds to the one before; a list of restarts and its length end the block. */
function entriesOf(block: Uint8Array): TableEntry[] {
  const restarts = block.length < 4 ? 0 : viewOf(block).getUint32(block.length - 4, true)
  const end = block.length - 4 * (restarts + 1)
  if (end < 0) throw new TensorFlowFileError('it is damaged')
  const reader = new ByteReader(block.subarray(0, end))
  const entries: TableEntry[] = []
  let key = ''
  while (!reader.isAtEnd) {
    const [shared, added, length] = [reader.varint(), reader.varint(), reader.varint()]
    key = key.slice(0, shared) + Buffer.from(reader.take(added)).toString('latin1')
    entries.push([key, reader.take(length)])
  }
  return entries
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Reads bytes from the front on. */
class ByteReader {
  private readonly bytes: Uint8Array
  private at = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length
  }

  take(length: number): Uint8Array {
    const end = this.at + length
    if (end > this.bytes.length) throw new TensorFlowFileError('it is truncated or damaged')
    const taken = this.bytes.subarray(this.at, end)
    this.at = end
    return taken
  }

  /** A whole number of up to 53 bits, seven per byte. */
  varint(): number {
    let value = 0
    for (let scale = 1; scale < Number.MAX_SAFE_INTEGER; scale *= 128) {
      const [byte = 0] = this.take(1)
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
    throw new TensorFlowFileError('it is damaged')
  }
}
