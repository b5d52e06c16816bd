import type { BlockHead } from '../../page/block-head.ts'
import { Kind } from '../../event/kind.ts'
import { BlockReader } from '../../page/block-reader.ts'
import type { SectionName } from '../../page/block-sections.ts'
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
import { Presence, TextCode } from '../../page/format.ts'
import { PickedRows } from '../../page/picked-rows.ts'
import { SelectedRows } from '../../page/select-rows.ts'
import { type ByteLru, Slot } from './byte-lru.ts'
import { CachedSections, type LoadBlock } from './cached-sections.ts'

/** A block whose sections and decoded columns are kept while the cache has room for them. */
export class CachedBlock implements OpenBlock {
  readonly head: BlockHead
  readonly minute: number
  readonly part: number
  readonly rowCount: number
  readonly rowNumbers: Uint16Array | undefined
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

  constructor(head: BlockHead, load: LoadBlock, lru: ByteLru) {
    this.head = head
    this.minute = this.head.minute
    this.part = this.head.part
    this.rowCount = this.head.rowCount
    this.rowNumbers = this.head.rowNumbers ?? undefined
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

  /** Whether a fixed column or one of additional is at hand as a whole, decoded; or should be from now on. */
  has(name: SectionName): boolean {
    const slot = name.of === 'column' ? this.#columns[name.index] : this.#fixedSlot(name)
    if (slot?.isFilled === true) return true
    if (!this.#isWorthDecoding(name)) return false
    this.#decode(name)
    this.sections.release(name)
    return true
  }

  #decode(name: SectionName): void {
    if (name.of === 'column') this.column(name.index)
    else if (name.of === 'fixed' && name.index === 0) this.timestampMs()
    else if (name.of === 'fixed' && name.index === 4) this.facility()
    else this.event()
  }

  #fixedSlot(name: SectionName): Slot<object> | undefined {
    const slots = [
      this.#times,
      this.#nanos,
      this.#received,
      this.#levels,
      this.#facility,
      this.#event,
    ]
    return name.of === 'fixed' ? slots[name.index] : undefined
  }

  /**
   * Rows are picked out of a section when it is first asked for. The second time it is worth decoding where that
   * saves the work of each further time: the texts of a dictionary, and times, which are sums of differences.
   */
  #isWorthDecoding(name: SectionName): boolean {
    const section = this.sections.peek(name)
    if (section === null) return false
    if (name.of === 'fixed') return name.index === 0 || name.index >= 4
    if (name.of !== 'column' || this.columns[name.index]?.kind !== Kind.Text) return false
    const bitmapBytes = section[0] === Presence.Bitmap ? (this.rowCount + 7) >> 3 : 0
    return section[0] !== Presence.Deltas && section[1 + bitmapBytes] === TextCode.Dictionary
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
    return this.#whole.has(fixed(0)) ? super.timestampMs() : this.#picked.timestampMs()
  }

  override timestampNanos(): Uint32Array | null {
    return this.#whole.has(fixed(1)) ? super.timestampNanos() : this.#picked.timestampNanos()
  }

  override receivedMs(): Float64Array {
    return this.#whole.has(fixed(2)) ? super.receivedMs() : this.#picked.receivedMs()
  }

  override level(): Uint8Array {
    return this.#whole.has(fixed(3)) ? super.level() : this.#picked.level()
  }

  override facility(): TextValues {
    return this.#whole.has(fixed(4)) ? super.facility() : this.#picked.facility()
  }

  override event(): TextValues {
    return this.#whole.has(fixed(5)) ? super.event() : this.#picked.event()
  }

  override column(index: number): ColumnValues {
    const isWhole = this.#whole.has({ of: 'column', index })
    return isWhole ? super.column(index) : this.#picked.column(index)
  }
}

const fixed = (index: number): SectionName => ({ of: 'fixed', index })

const noWords = new Uint32Array(0)

const byteLength = (array: ArrayBufferView): number => array.byteLength

function textBytes({ bytes, offsets, ids }: TextValues): number {
  return bytes.byteLength + offsets.byteLength + (ids?.byteLength ?? 0)
}

function columnBytes({ rows, text, numbers, low, high }: ColumnValues): number {
  const arrays = [rows, numbers, low, high]
  const bytes = arrays.reduce((sum, array) => sum + (array?.byteLength ?? 0), 0)
  return bytes + (text === null ? 0 : textBytes(text))
}
