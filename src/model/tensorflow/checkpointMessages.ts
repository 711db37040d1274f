import protobuf from 'protobufjs'
import { TensorFlowFileError } from './tensorFlowFileError.ts'

/** The parts of TensorFlow's and Magenta's messages that weights are read from, by their field numbers. */
const MESSAGES = `
syntax = "proto3";
message Shape { message Dim { int64 size = 1; } repeated Dim dim = 2; }
message Tensor { repeated float floats = 5; }
message BundleHeader { int32 shards = 1; int32 endianness = 2; }
message BundleEntry {
  int32 dtype = 1; Shape shape = 2; int32 shard = 3; int64 offset = 4; int64 size = 5; fixed32 crc = 6; repeated bytes slices = 7;
}
message SavedSlice { string name = 1; bytes slice = 2; Tensor data = 3; }
message SavedMeta { string name = 1; Shape shape = 2; int32 dtype = 3; repeated bytes slices = 4; }
message SavedMetas { repeated SavedMeta tensors = 1; }
message SavedSlices { SavedMetas meta = 1; SavedSlice data = 2; }
message Details { string id = 1; string description = 2; }
message GeneratorBundle { Details details = 1; repeated bytes checkpoints = 2; }
`

/** A tensor's shape as TensorFlow stores it. */
export interface ShapeMessage {
  readonly dim: readonly { readonly size: number }[]
}

/** Where a tensor of the second format lies in its shard. */
export interface EntryMessage {
  readonly dtype: number
  readonly shape: ShapeMessage | null
  readonly shard: number
  readonly offset: number
  readonly size: number
  readonly crc: number
  readonly slices: readonly Uint8Array[]
}

/** Messages by name, as far as they are read. */
export interface Messages {
  readonly BundleHeader: { readonly shards: number; readonly endianness: number }
  readonly BundleEntry: EntryMessage
  readonly SavedSlices: {
    readonly meta: { readonly tensors: readonly { name: string; shape: ShapeMessage | null }[] } | null
    readonly data: { readonly name: string; readonly data: { readonly floats: readonly number[] } | null } | null
  }
  readonly GeneratorBundle: {
    readonly details: { readonly id: string } | null
    readonly checkpoints: readonly Uint8Array[]
  }
}

const { root } = protobuf.parse(MESSAGES)

/**
 * A message from its bytes; fields that are absent have their default, messages null.
 * @throws TensorFlowFileError when they are not a message.
 */
export function decodeMessage<Name extends keyof Messages>(name: Name, bytes: Uint8Array): Messages[Name] {
  const type = root.lookupType(name)
  try {
    return type.toObject(type.decode(bytes), { longs: Number, defaults: true, arrays: true }) as Messages[Name]
  } catch (error) {
    if (!(error instanceof Error)) throw error
    throw new TensorFlowFileError(`it is damaged: no ${name} (${error.message})`, { cause: error })
  }
}
