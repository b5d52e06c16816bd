import type { BlockHead } from './block-head.ts'
import { FormatError } from './format-error.ts'
import { readPiece, readPieces, type SectionPlace, storedBytesOf } from './section-reader.ts'

/** Which section of a block: a fixed one by its index, those of a column, or the rest. */
export type SectionName =
  | { readonly of: 'fixed'; readonly index: number }
  | { readonly of: 'column' | 'filter'; readonly index: number }
  | { readonly of: 'rest' }

const fixedNames = [
  'timestamps',
  'nanoseconds',
  'times of receipt',
  'levels',
  'facilities',
  'events',
]

/** The sections of a block, decompressed when they are asked for. */
export interface BlockSections {
  /** Null: the block has no such section. Throws FormatError. */
  section(name: SectionName): Uint8Array | null
}

/** Sections of a block whose bytes are at hand; it keeps them. */
export class StoredSections implements BlockSections {
  readonly #bytes: Uint8Array
  readonly #head: BlockHead
  #shared: Uint8Array | null = null

  constructor(bytes: Uint8Array, head: BlockHead) {
    this.#bytes = bytes
    this.#head = head
  }

  section(name: SectionName): Uint8Array | null {
    const place = placeOf(this.#head, name)
    if (place === null) return null
    if (place.pieces !== null) {
      const stored = this.#bytes.subarray(place.at, place.at + storedBytesOf(place))
      return readPieces(stored, place, whereOf(name))
    }
    return this.shared().subarray(place.at, place.at + place.bytes)
  }

  /** The piece that short sections share. Throws FormatError. */
  shared(): Uint8Array {
    this.#shared ??= readPiece(this.#bytes, this.#head.shared, 'shared piece')
    return this.#shared
  }
}

export function placeOf(head: BlockHead, name: SectionName): SectionPlace | null {
  if (name.of === 'rest') return head.rest
  if (name.of === 'fixed') return head.fixed[name.index] ?? null
  const column = head.columns[name.index]
  if (column === undefined) {
    throw new RangeError(`no column ${name.index} of ${head.columns.length}`)
  }
  return name.of === 'column' ? column.place : column.filter
}

/** Sections that have pieces of their own, in the order in which they lie in the block. */
export function ownPlaces({ fixed, columns, rest }: BlockHead): SectionPlace[] {
  const places = [...fixed, ...columns.flatMap(({ place, filter }) => [place, filter]), rest]
  return places.filter((place): place is SectionPlace => (place?.pieces ?? null) !== null)
}

/** What a section is, for errors. */
export function whereOf(name: SectionName): string {
  if (name.of === 'rest') return 'rest'
  if (name.of === 'fixed') return fixedNames[name.index] ?? ''
  return name.of === 'column' ? `column ${name.index}` : `filter of column ${name.index}`
}

/** A section that must be there. Throws FormatError. */
export function needed(sections: BlockSections, name: SectionName): Uint8Array {
  const bytes = sections.section(name)
  if (bytes === null) throw new FormatError('a missing section', whereOf(name), 0)
  return bytes
}
