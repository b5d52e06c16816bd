import { type BlockHead, readBlockHead } from '../../page/block-head.ts'
import { BlockReader } from '../../page/block-reader.ts'
import {
  type BlockSections,
  placeOf,
  type SectionName,
  StoredSections,
} from '../../page/block-sections.ts'
import type {
  ColumnFacts,
  ColumnValues,
  OpenBlock,
  RestValue,
  StoredAddresses,
  StoredFilter,
  StoredUuids,
  TextValues,
} from '../../page/contract.ts'
import { PickedRows } from '../../page/picked-rows.ts'
import { SelectedRows } from '../../page/select-rows.ts'
import { type ByteLru, Slot } from './byte-lru.ts'

/** The block's bytes; valid until the next call. */
export type LoadBlock = () => Uint8Array

/** A block whose sections and decoded columns are kept while the cache has room for them. */
export class CachedBlock implements OpenBlock {
  readonly head: BlockHead
  readonly minute: number
  readonly part: number
  readonly rowCount: number
  readonly columns: readonly ColumnFacts[]
  readonly restCount: number
  readonly sections: CachedSections
  readonly #reader: BlockReader
  readonly #lru: ByteLru
  readonly #times: Slot<Float64Array>
  readonly #nanos: Slot<Uint32Array>
  readonly #received: Slot<Float64Array>
  readonly #levels: Slot<Uint8Array>
  readonly #facility: Slot<TextValues>
  readonly #event: Slot<TextValues>
  readonly #columns: (Slot<ColumnValues> | undefined)[] = []

  /** Throws FormatError. */
  constructor(load: LoadBlock, lru: ByteLru) {
    this.head = readBlockHead(load())
    this.minute = this.head.minute
    this.part = this.head.part
    this.rowCount = this.head.rowCount
    this.columns = this.head.columns
    this.restCount = this.head.restCount
    this.sections = new CachedSections(this.head, load, lru)
    this.#reader = new BlockReader(this.head, this.sections)
    this.#lru = lru
    this.#times = new Slot(lru)
    this.#nanos = new Slot(lru)
    this.#received = new Slot(lru)
    this.#levels = new Slot(lru)
    this.#facility = new Slot(lru)
    this.#event = new Slot(lru)
  }

  timestampMs(): Float64Array {
    return this.#times.take(() => this.#reader.timestampMs(), byteLength)
  }

  timestampNanos(): Uint32Array | null {
    if (this.head.fixed[1] === null) return null
    return this.#nanos.take(() => this.#reader.timestampNanos() ?? noWords, byteLength)
  }

  receivedMs(): Float64Array {
    return this.#received.take(() => this.#reader.receivedMs(), byteLength)
  }

  level(): Uint8Array {
    return this.#levels.take(() => this.#reader.level(), byteLength)
  }

  facility(): TextValues {
    return this.#facility.take(() => this.#reader.facility(), textBytes)
  }

  event(): TextValues {
    return this.#event.take(() => this.#reader.event(), textBytes)
  }

  column(index: number): ColumnValues {
    return this.#columnSlot(index).take(() => this.#reader.column(index), columnBytes)
  }

  mayHold(index: number, text: string): boolean {
    return this.#reader.mayHold(index, text)
  }

  filter(index: number): StoredFilter | null {
    return this.#reader.filter(index)
  }

  uuids(index: number): StoredUuids | null {
    return this.#reader.uuids(index)
  }

  addresses(index: number): StoredAddresses | null {
    return this.#reader.addresses(index)
  }

  rest(): readonly RestValue[] {
    return this.#reader.rest()
  }

  select(rows: Uint16Array): OpenBlock {
    return new CachedRows(this, rows)
  }

  /** Whether the whole column is at hand, decoded. */
  has(what: 'times' | 'received' | 'levels' | 'facility' | 'event' | number): boolean {
    if (typeof what === 'number') return this.#columns[what]?.isFilled ?? false
    if (what === 'times') return this.#times.isFilled
    if (what === 'received') return this.#received.isFilled
    if (what === 'levels') return this.#levels.isFilled
    return what === 'facility' ? this.#facility.isFilled : this.#event.isFilled
  }

  /** Gives up all that is kept of the block. */
  clear(): void {
    this.sections.clear()
    const fixed = [
      this.#times,
      this.#nanos,
      this.#received,
      this.#levels,
      this.#facility,
      this.#event,
    ]
    for (const slot of [...fixed, ...this.#columns]) slot?.clear()
  }

  #columnSlot(index: number): Slot<ColumnValues> {
    const known = this.#columns[index]
    if (known !== undefined) return known
    const slot = new Slot<ColumnValues>(this.#lru)
    this.#columns[index] = slot
    return slot
  }
}

/** Some rows of it: from what is decoded already where it is, else without decoding the other rows. */
class CachedRows extends SelectedRows {
  readonly #whole: CachedBlock
  readonly #picked: PickedRows

  constructor(whole: CachedBlock, rows: Uint16Array) {
    super(whole, rows)
    this.#whole = whole
    this.#picked = new PickedRows(whole.head, whole.sections, rows)
  }

  override timestampMs(): Float64Array {
    return this.#whole.has('times') ? super.timestampMs() : this.#picked.timestampMs()
  }

  override timestampNanos(): Uint32Array | null {
    return this.#whole.has('times') ? super.timestampNanos() : this.#picked.timestampNanos()
  }

  override receivedMs(): Float64Array {
    return this.#whole.has('received') ? super.receivedMs() : this.#picked.receivedMs()
  }

  override level(): Uint8Array {
    return this.#whole.has('levels') ? super.level() : this.#picked.level()
  }

  override facility(): TextValues {
    return this.#whole.has('facility') ? super.facility() : this.#picked.facility()
  }

  override event(): TextValues {
    return this.#whole.has('event') ? super.event() : this.#picked.event()
  }

  override column(index: number): ColumnValues {
    return this.#whole.has(index) ? super.column(index) : this.#picked.column(index)
  }
}

/** Decompressed sections, each kept for itself. */
class CachedSections implements BlockSections {
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
const noWords = new Uint32Array(0)
const sharedSlot = 7

function slotOf(name: SectionName): number {
  if (name.of === 'fixed') return name.index
  if (name.of === 'rest') return 6
  return 8 + name.index * 2 + (name.of === 'filter' ? 1 : 0)
}

const byteLength = (array: ArrayBufferView): number => array.byteLength

function textBytes({ bytes, offsets, ids }: TextValues): number {
  return bytes.byteLength + offsets.byteLength + (ids?.byteLength ?? 0)
}

function columnBytes({ rows, text, numbers, low, high }: ColumnValues): number {
  const arrays = [rows, numbers, low, high]
  const bytes = arrays.reduce((sum, array) => sum + (array?.byteLength ?? 0), 0)
  return bytes + (text === null ? 0 : textBytes(text))
}
