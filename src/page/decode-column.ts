import { Kind } from '../event/kind.ts'
import type { ByteSource } from './byte-source.ts'
import type { ColumnValues } from './contract.ts'
import { decodeNumbers } from './decode-numbers.ts'
import { decodeText } from './decode-text.ts'
import { BitsCode } from './format.ts'
import { decodeWidePlanes } from './planes.ts'
import { decodeRows } from './presence.ts'

/** What the block's directory says of a column: enough to read its section. */
export interface ColumnHead {
  readonly segments: readonly string[]
  readonly kind: Kind
  readonly count: number
}

/** Reads a column's section as `encodeColumn` wrote it. Throws FormatError. */
export function decodeColumn(source: ByteSource, head: ColumnHead, rowCount: number): ColumnValues {
  const { segments, kind, count } = head
  const rows = decodeRows(source, count, rowCount)
  const none = { segments, kind, count, rows, text: null, numbers: null, low: null, high: null }
  switch (kind) {
    case Kind.Null:
      return none
    case Kind.Bool:
      return { ...none, low: decodeBools(source, count) }
    case Kind.Int:
    case Kind.Double:
      return { ...none, numbers: decodeNumbers(source, count) }
    case Kind.Int64:
    case Kind.Uint64:
      return { ...none, ...decodePairs(source, count) }
    case Kind.Time: {
      const numbers = decodeNumbers(source, count)
      return { ...none, numbers, low: new Uint32Array(decodeNumbers(source, count)) }
    }
    default:
      return { ...none, text: decodeText(source, count) }
  }
}

function decodeBools(source: ByteSource, count: number): Uint32Array {
  const values = new Uint32Array(count)
  const code = source.u8()
  if (code === BitsCode.Const) return values.fill(source.u8() & 1)
  if (code !== BitsCode.Plain) source.fail(`no form of bools has the code ${code}`)
  const bits = source.take((count + 7) >> 3)
  for (let i = 0; i < count; i++) values[i] = ((bits[i >> 3] ?? 0) >> (i & 7)) & 1
  return values
}

function decodePairs(source: ByteSource, count: number): { low: Uint32Array; high: Uint32Array } {
  const code = source.u8()
  if (code > BitsCode.Plain) source.fail(`no form of pairs has the code ${code}`)
  const isConst = code === BitsCode.Const
  const bytes = decodeWidePlanes(source, isConst ? 1 : count, 8)
  const words = new Uint32Array(bytes.buffer)
  const low = new Uint32Array(count)
  const high = new Uint32Array(count)
  for (let i = 0; i < count; i++) {
    low[i] = words[isConst ? 0 : i * 2] ?? 0
    high[i] = words[isConst ? 1 : i * 2 + 1] ?? 0
  }
  return { low, high }
}
