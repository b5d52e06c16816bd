import type { BlockHead } from '../../page/block-head.ts'
import {
  type BlockSections,
  placeOf,
  type SectionName,
  StoredSections,
} from '../../page/block-sections.ts'
import { type ByteLru, Slot } from './byte-lru.ts'

/** The block's bytes; valid until the next call. */
export type LoadBlock = () => Uint8Array

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
    if (place.pieces !== null)
      return this.#slot(slotOf(name)).take(() => this.#read(name), byteLength)
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

  /** Never a view of the block: its bytes are overwritten by those of the next. */
  #read(name: SectionName): Uint8Array {
    const block = this.#load()
    const bytes = new StoredSections(block, this.#head).section(name) ?? noBytes
    return bytes.buffer === block.buffer ? bytes.slice() : bytes
  }

  #readShared(): Uint8Array {
    const block = this.#load()
    const bytes = new StoredSections(block, this.#head).shared()
    return bytes.buffer === block.buffer ? bytes.slice() : bytes
  }
}

const noBytes = new Uint8Array(0)
const sharedSlot = 7

function slotOf(name: SectionName): number {
  if (name.of === 'fixed') return name.index
  if (name.of === 'rest') return 6
  return 8 + name.index * 2 + (name.of === 'filter' ? 1 : 0)
}

const byteLength = (array: ArrayBufferView): number => array.byteLength
