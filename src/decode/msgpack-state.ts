import { malformed, type failed, ScanState } from './scan-state.ts'

/** The names of a record, each as first byte and end in the body. */
export type RecordNames = Uint32Array

/**
 * The state of a msgpack scanner. msgpackr's *records* write the names of an object once: extension type 0x72
 * with an id from 0x40 to 0x7f, an array of names, then the values; later objects of that shape are the id
 * and the values. An id counts as one from its definition to the end of the body; until then these bytes
 * are the numbers 64 to 127.
 */
export class MsgpackState extends ScanState {
  readonly records: (RecordNames | undefined)[] = []
  /** Definitions of the event being read, to be undone when it is read a second time. */
  readonly undo: { readonly id: number; readonly names: RecordNames | undefined }[] = []

  /** Of the head read last: its family, and its length, count, record id or extension type. */
  family = 0
  count = 0
  extension = 0
  /** Of the leaf being checked: whether it cannot stay as it is (records, duplicates, undefined). */
  leafRewrite = false
  /** Segments of the pointer to what has failed, innermost first. */
  readonly segments: string[] = []
}

export const Family = {
  Nil: 0,
  Bool: 1,
  Int: 2,
  Float: 3,
  Text: 4,
  Bytes: 5,
  Array: 6,
  Map: 7,
  Extension: 8,
  /** A record in use: `count` is its id. */
  Record: 9,
  /** A record's definition: `count` is its id; its array of names follows. */
  Definition: 10,
  /** fixext1 of type 0: what msgpackr writes for undefined. */
  Undefined: 11,
} as const

export function cutOff(s: MsgpackState): typeof failed {
  return malformed(s, s.end, 'the body ends inside a value')
}
