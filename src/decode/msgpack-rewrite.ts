import { isUndefined, readName, textOf, undefinedBytes } from './msgpack-names.ts'
import { Family, type MsgpackState, type RecordNames } from './msgpack-state.ts'
import { readValueHead, recordNames } from './msgpack-values.ts'

/* Rewriting of leaves that hold records, duplicate names or undefined members. All input has been checked. */

/**
 * Writes the value at `from` into `extra` as plain msgpack. Its records are defined once more on the way, so
 * the definitions made since `definitionsBefore` are undone first.
 */
export function appendRewritten(s: MsgpackState, from: number, definitionsBefore: number): void {
  undoDefinitions(s, definitionsBefore)
  const parts: Uint8Array[] = []
  rewriteValue(s, from, parts)
  const bytes = Buffer.concat(parts)
  s.reference = s.block.appendExtra(bytes)
  s.bytes = bytes.length
}

/** Takes back the definitions made since there were `count` of them in this event. */
export function undoDefinitions(s: MsgpackState, count: number): void {
  for (let i = s.undo.length - 1; i >= count; i--) {
    const undo = s.undo[i]
    if (undo !== undefined) s.records[undo.id] = undo.names
  }
  s.undo.length = count
}

function rewriteValue(s: MsgpackState, from: number, into: Uint8Array[]): number {
  const p = readValueHead(s, from)
  if (s.family === Family.Array) return rewriteItems(s, p, into)
  if (s.family === Family.Map) return rewriteMembers(s, p, null, into)
  if (s.family === Family.Record) return rewriteMembers(s, p, recordNames(s, s.count), into)
  const sized =
    s.family === Family.Text || s.family === Family.Bytes || s.family === Family.Extension
  const end = sized ? p + s.count : p
  into.push(s.src.subarray(from, end))
  return end
}

function rewriteItems(s: MsgpackState, from: number, into: Uint8Array[]): number {
  const count = s.count
  into.push(head(0x90, 0xdc, count))
  let p = from
  for (let i = 0; i < count; i++) p = rewriteValue(s, p, into)
  return p
}

function rewriteMembers(
  s: MsgpackState,
  from: number,
  record: RecordNames | null,
  into: Uint8Array[],
): number {
  const count = record === null ? s.count : record.length / 2
  const members = new Map<string, Uint8Array[]>()
  let p = from
  for (let i = 0; i < count; i++) {
    let nameAt = record?.[i * 2] ?? 0
    let nameEnd = record?.[i * 2 + 1] ?? 0
    if (record === null) {
      nameAt = readName(s, p)
      p = nameEnd = nameAt + s.count
    }
    const parts = [nameHead(nameEnd - nameAt), s.src.subarray(nameAt, nameEnd)]
    const name = textOf(s, nameAt, nameEnd)
    if (isUndefined(s, p)) {
      // Undefined: the member is absent, whatever it was before.
      members.delete(name)
      p += undefinedBytes
      continue
    }
    p = rewriteValue(s, p, parts)
    members.set(name, parts)
  }
  into.push(head(0x80, 0xde, members.size))
  for (const parts of members.values()) into.push(...parts)
  return p
}

/** Head of a map or an array: the short form below 16, then 16 and 32 bits. */
function head(short: number, long: number, count: number): Uint8Array {
  if (count < 16) return Uint8Array.of(short | count)
  if (count < 0x1_0000) return Uint8Array.of(long, count >>> 8, count & 255)
  return Uint8Array.of(
    long + 1,
    count >>> 24,
    (count >>> 16) & 255,
    (count >>> 8) & 255,
    count & 255,
  )
}

function nameHead(bytes: number): Uint8Array {
  if (bytes < 32) return Uint8Array.of(0xa0 | bytes)
  if (bytes < 256) return Uint8Array.of(0xd9, bytes)
  return Uint8Array.of(0xda, bytes >>> 8, bytes & 255)
}
