import { Kind } from '../event/kind.ts'
import type { ByteSource } from './byte-source.ts'
import type { ColumnValues } from './contract.ts'
import type { ColumnHead } from './decode-column.ts'
import { BitsCode } from './format.ts'
import { pickNumbers, pickWidePlanes } from './pick-numbers.ts'
import { pickText } from './pick-text.ts'
import { pickRows } from './presence.ts'

export interface Picked {
  /** Of the whole block. */
  readonly rowCount: number
  /** Ascending. */
  readonly rows: Uint16Array
}

/** Reads a column's section and gives the values in the picked rows, by their number among them. Throws FormatError. */
export function pickColumn(source: ByteSource, head: ColumnHead, picked: Picked): ColumnValues {
  const { segments, kind, count } = head
  const { rows, entries } = pickRows(source, count, picked)
  const none = {
    segments,
    kind,
    count: entries.length,
    rows,
    text: null,
    numbers: null,
    low: null,
    high: null,
  }
  switch (kind) {
    case Kind.Null:
      return none
    case Kind.Bool:
      return { ...none, low: pickBools(source, count, entries) }
    case Kind.Int:
    case Kind.Double:
      return { ...none, numbers: pickNumbers(source, count, entries) }
    case Kind.Int64:
    case Kind.Uint64:
      return { ...none, ...pickPairs(source, count, entries) }
    case Kind.Time: {
      const numbers = pickNumbers(source, count, entries)
      return { ...none, numbers, low: new Uint32Array(pickNumbers(source, count, entries)) }
    }
    default:
      return { ...none, text: pickText(source, count, entries) }
  }
}

function pickBools(source: ByteSource, count: number, entries: Uint16Array): Uint32Array {
  const values = new Uint32Array(entries.length)
  const code = source.u8()
  if (code === BitsCode.Const) return values.fill(source.u8() & 1)
  if (code !== BitsCode.Plain) source.fail(`no form of bools has the code ${code}`)
  const bits = source.take((count + 7) >> 3)
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i] ?? 0
    values[i] = ((bits[entry >> 3] ?? 0) >> (entry & 7)) & 1
  }
  return values
}

function pickPairs(
  source: ByteSource,
  count: number,
  entries: Uint16Array,
): { low: Uint32Array; high: Uint32Array } {
  const code = source.u8()
  if (code > BitsCode.Plain) source.fail(`no form of pairs has the code ${code}`)
  const isConst = code === BitsCode.Const
  const among = isConst ? new Uint16Array(entries.length) : entries
  const bytes = pickWidePlanes(source, isConst ? 1 : count, { entries: among, width: 8 })
  const words = new Uint32Array(bytes.buffer)
  return {
    low: words.filter((_, i) => i % 2 === 0),
    high: words.filter((_, i) => i % 2 === 1),
  }
}
