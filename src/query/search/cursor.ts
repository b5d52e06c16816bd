import { QueryRefused } from './contract.ts'
import type { SortKey } from './sort-key.ts'
import type { Selection } from '../selection.ts'

/*
 * A cursor says where an answer ended and of what: base64url, without padding, of 41 bytes, big-endian:
 *
 *   0   version, u8
 *   1   the first 8 bytes of SHA-256 of the question: selection and order
 *   9   closed through when the search began, u32: later minutes stay out
 *   13  the oldest minute whose page the rest of the answer needs, u32
 *   17  the last event: timestamp in ms, f64 (0 with the server's clock)
 *   25  its nanoseconds, u32
 *   29  its id: minute u32, part u16, row u16
 *   37  the first 4 bytes of SHA-256 of all that
 *
 * A reader refuses every version but its own.
 */

export interface Cursor {
  readonly closedThrough: number
  readonly oldestNeeded: number
  readonly last: SortKey
}

const cursorVersion = 1
const questionBytes = 8
const sumAt = 37
const cursorBytes = 41

/** What a cursor goes on with must be the same question. */
export interface Question {
  readonly selection: Selection
  readonly order: 'asc' | 'desc'
}

export function encodeCursor(cursor: Cursor, question: Question): string {
  const { last } = cursor
  const bytes = Buffer.alloc(cursorBytes)
  bytes.writeUInt8(cursorVersion, 0)
  digestOf(question).copy(bytes, 1, 0, questionBytes)
  bytes.writeUInt32BE(cursor.closedThrough, 9)
  bytes.writeUInt32BE(cursor.oldestNeeded, 13)
  bytes.writeDoubleBE(last.ms, 17)
  bytes.writeUInt32BE(last.nanos, 25)
  bytes.writeUInt32BE(last.minute, 29)
  bytes.writeUInt16BE(last.part, 33)
  bytes.writeUInt16BE(last.row, 35)
  sumOf(bytes).copy(bytes, sumAt)
  return bytes.toString('base64url')
}

/** Throws QueryRefused. */
export function decodeCursor(text: string, question: Question): Cursor {
  const bytes = Buffer.from(text, 'base64url')
  const isWhole = bytes.length === cursorBytes && bytes.toString('base64url') === text
  if (!isWhole || !sumOf(bytes).equals(bytes.subarray(sumAt)) || bytes[0] !== cursorVersion) {
    throw new QueryRefused('cursor', 'This is no cursor of this server.')
  }
  const asked = digestOf(question).subarray(0, questionBytes)
  if (!asked.equals(bytes.subarray(1, 1 + questionBytes))) {
    throw new QueryRefused(
      'cursor',
      'The cursor belongs to another search: follow `next` as it is.',
    )
  }
  return {
    closedThrough: bytes.readUInt32BE(9),
    oldestNeeded: bytes.readUInt32BE(13),
    last: {
      ms: bytes.readDoubleBE(17),
      nanos: bytes.readUInt32BE(25),
      minute: bytes.readUInt32BE(29),
      part: bytes.readUInt16BE(33),
      row: bytes.readUInt16BE(35),
    },
  }
}

function sumOf(bytes: Buffer): Buffer {
  return sha256(bytes.subarray(0, sumAt)).subarray(0, cursorBytes - sumAt)
}

function digestOf({ selection, order }: Question): Buffer {
  return sha256(Buffer.from(JSON.stringify(inOrder([selection, order]))))
}

/** The same value with the members of its objects by name: how an object was made does not count. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(members.map(([name, member]) => [name, inOrder(member)]))
}

function sha256(bytes: Uint8Array): Buffer {
  const digest = Buffer.alloc(32)
  Bun.SHA256.hash(bytes, digest)
  return digest
}
