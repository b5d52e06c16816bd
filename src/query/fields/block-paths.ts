import { Kind } from '../../event/kind.ts'
import type { OpenBlock } from '../../page/contract.ts'
import { decodeLeaf, type StoredLeaf } from '../stats/leaf-scalars.ts'
import { type Decoded, DecodedTime } from '../stats/msgpack-scalars.ts'
import type { FieldKind } from './contract.ts'

const kindOf: Readonly<Record<Kind, FieldKind>> = {
  [Kind.Null]: 'null',
  [Kind.Bool]: 'bool',
  [Kind.Int]: 'number',
  [Kind.Double]: 'number',
  [Kind.Text]: 'text',
  [Kind.Int64]: 'number',
  [Kind.Uint64]: 'number',
  [Kind.Time]: 'time',
  [Kind.Bytes]: 'bytes',
  [Kind.Json]: 'array',
  [Kind.Msgpack]: 'array',
}

/** What lies at one path of a block. */
export interface BlockPath {
  /** Columns of scalars, null and bytes. */
  readonly columns: { readonly index: number; readonly kind: FieldKind }[]
  /** What arrays, and members without a column, have there: the rows of each kind. */
  readonly leafRows: Map<FieldKind, Set<number>>
}

/** Every path of a block with what is there, in the rows that are `wanted`. Decodes nothing but arrays and the rest. */
export function blockPaths(
  block: OpenBlock,
  wanted: (row: number) => boolean,
): Map<string, BlockPath> {
  const paths = new Map<string, BlockPath>()
  const at = (path: string): BlockPath => {
    const known = paths.get(path)
    if (known !== undefined) return known
    const fresh = { columns: [], leafRows: new Map() }
    paths.set(path, fresh)
    return fresh
  }
  const addLeaf = (row: number, path: string, leaf: StoredLeaf): void => {
    if (wanted(row)) addDecoded(at, row, path, decodeLeaf(leaf))
  }
  for (const [index, { segments, kind, count }] of block.columns.entries()) {
    if (count === 0) continue
    const path = segments.join('.')
    if (kind === Kind.Json || kind === Kind.Msgpack) {
      forEachLeaf(block, index, (row, leaf) => addLeaf(row, path, leaf))
    } else at(path).columns.push({ index, kind: kindOf[kind] })
  }
  for (const { row, segments, kind, value } of block.restCount > 0 ? block.rest() : []) {
    addLeaf(row, segments.join('.'), { kind, bytes: value, from: 0, to: value.length })
  }
  return paths
}

function forEachLeaf(
  block: OpenBlock,
  index: number,
  visit: (row: number, leaf: StoredLeaf) => void,
): void {
  const { text, rows, kind, count } = block.column(index)
  if (text === null) return
  for (let entry = 0; entry < count; entry++) {
    const i = text.ids === null ? entry : (text.ids[entry] ?? 0)
    const [from, to] = [text.offsets[i] ?? 0, text.offsets[i + 1] ?? 0]
    visit(rows === null ? entry : (rows[entry] ?? 0), { kind, bytes: text.bytes, from, to })
  }
}

function addDecoded(
  at: (path: string) => BlockPath,
  row: number,
  path: string,
  value: Decoded,
): void {
  const add = (kind: FieldKind): void => {
    const { leafRows } = at(path)
    const rows = leafRows.get(kind)
    if (rows === undefined) leafRows.set(kind, new Set([row]))
    else rows.add(row)
  }
  if (Array.isArray(value)) {
    add('array')
    for (const element of value) addDecoded(at, row, path, element)
  } else if (value instanceof Map) {
    if (value.size === 0) add('object')
    for (const [name, member] of value) addDecoded(at, row, `${path}.${name}`, member)
  } else if (value === null) add('null')
  else if (value === undefined) add('bytes')
  else if (value instanceof DecodedTime) add('time')
  else if (typeof value === 'string') add('text')
  else add(typeof value === 'boolean' ? 'bool' : 'number')
}
