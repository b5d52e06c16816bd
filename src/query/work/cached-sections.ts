import type { BlockHead } from '../../page/block-head.ts'
import {
  type BlockSections,
  placeOf,
  type SectionName,
  whereOf,
} from '../../page/block-sections.ts'
import {
  isStoredPlain,
  readPiece,
  readPieces,
  type SectionPlace,
  storedBytesOf,
} from '../../page/section-reader.ts'
import { type ByteLru, Slot } from './byte-lru.ts'

/** Exactly these bytes of the block; valid until the next call. Throws when there are less. */
export type LoadBlock = (at: number, bytes: number) => Uint8Array

/** Decompressed sections, each kept for itself. */
export class CachedSections implements BlockSections {
  readonly #head: BlockHead
  readonly #load: LoadBlock
  readonly #lru: ByteLru
  readonly #slots: (Slot<Uint8Array> | undefined)[] = []

  constructor(head: BlockHead, load: LoadBlock, lru: ByteLru) {
    this.#head = head
    this.#load = load
    this.#lru = lru
  }

  section(name: SectionName): Uint8Array | null {
    const place = placeOf(this.#head, name)
    if (place === null) return null
    if (place.pieces !== null) {
      return this.#slot(slotOf(name)).take(() => this.#read(name, place), byteLength)
    }
    const shared = this.#slot(sharedSlot).take(() => this.#readShared(), byteLength)
    return shared.subarray(place.at, place.at + place.bytes)
  }

  /** A section of its own that is kept; null: it is not. */
  peek(name: SectionName): Uint8Array | null {
    return this.#slots[slotOf(name)]?.kept ?? null
  }

  /** Keeps a section no longer. */
  release(name: SectionName): void {
    this.#slots[slotOf(name)]?.clear()
  }

  clear(): void {
    for (const slot of this.#slots) slot?.clear()
  }

  #slot(index: number): Slot<Uint8Array> {
    const known = this.#slots[index]
    if (known !== undefined) return known
    const slot = new Slot<Uint8Array>(this.#lru)
    this.#slots[index] = slot
    return slot
  }

  /** Never a view of what was loaded: it is overwritten by what is loaded next. */
  #read(name: SectionName, place: SectionPlace): Uint8Array {
    const stored = this.#load(place.at, storedBytesOf(place))
    const bytes = readPieces(stored, place, whereOf(name))
    return isStoredPlain(place) ? bytes.slice() : bytes
  }

  #readShared(): Uint8Array {
    const { at, raw, stored } = this.#head.shared
    const bytes = readPiece(this.#load(at, stored), { at: 0, raw, stored }, 'shared piece')
    return raw === stored ? bytes.slice() : bytes
  }
}

const sharedSlot = 7

function slotOf(name: SectionName): number {
  if (name.of === 'fixed') return name.index
  if (name.of === 'rest') return 6
  return 8 + name.index * 2 + (name.of === 'filter' ? 1 : 0)
}

const byteLength = (array: ArrayBufferView): number => array.byteLength
