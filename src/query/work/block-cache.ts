import { type BlockRange, DamagedPage } from '../../book/contract.ts'
import { readBlockHead } from '../../page/block-head.ts'
import type { BlockEntry, OpenBlock, Summary } from '../../page/contract.ts'
import { asPage, type PageSource } from '../page-source.ts'
import { ByteLru, type Kept } from './byte-lru.ts'
import { CachedBlock } from './cached-block.ts'
import type { BlockSource } from './contract.ts'
import { PageTimes } from './page-times.ts'

/** Minutes are asked for this many at a time: a list is a view of the book when it was begun. */
const summariesAtOnce = 256

/** What an open block's directory takes, and each of its columns, about. */
const headBytes = 2000
const columnBytes = 400

const partsPerMinute = 0x1_0000

export interface BlockCacheOptions {
  readonly source: PageSource
  /** What may be kept of blocks: their directories, decompressed sections and decoded columns. */
  readonly bytesMax: number
}

/**
 * Opens the blocks of one thread and keeps of them what has been asked for, in bytes up to a maximum. Of a large block
 * no more is read than the chunks that hold what is asked for, and each is compared with its checksum; a small one is
 * compared with its digest when it is first opened.
 */
export class BlockCache implements BlockSource {
  readonly #source: PageSource
  readonly #lru: ByteLru
  readonly #times = new PageTimes()
  /** By minute and part. */
  readonly #open = new Map<number, OpenEntry>()
  /** Of the directories that the reader keeps: it gives the same bytes out as long as a page is what it was. */
  readonly #entries = new WeakMap<Uint8Array, readonly BlockEntry[]>()
  /** The bytes that were loaded last: sections that lie together are mostly asked for one after the other. */
  #loaded = new Uint8Array(0)
  #loadedAt = 0
  #loadedBytes = 0
  #loadedKey = -1
  #loadedEntry: BlockEntry | null = null

  constructor({ source, bytesMax }: BlockCacheOptions) {
    this.#source = source
    this.#lru = new ByteLru(bytesMax)
  }

  /** What is kept now. */
  get bytes(): number {
    return this.#lru.bytes
  }

  entries(minute: number): readonly BlockEntry[] | null {
    const bytes = this.#source.reader.directory(minute)
    if (bytes === null) return null
    const known = this.#entries.get(bytes)
    if (known !== undefined) return known
    const entries = asPage(minute, () => this.#source.readDirectory(bytes))
    this.#entries.set(bytes, entries)
    return entries
  }

  /** Throws DamagedPage. */
  open(minute: number, entry: BlockEntry): OpenBlock {
    const key = minute * partsPerMinute + entry.part
    const known = this.#open.get(key)
    // A redaction builds other blocks under the same minute and part: the digest tells them apart.
    if (known !== undefined && Buffer.compare(known.sha256, entry.sha256) === 0) {
      this.#lru.touch(known)
      return known.block
    }
    this.#forget(known)
    this.#loadedKey = -1
    const place = { key, minute, entry }
    const load = (at: number, bytes: number): Uint8Array =>
      this.#load(place, { at, bytes, isChecked: true })
    const block = asPage(minute, () => {
      // What stands before the sections, however much that is.
      const first = this.#load(place, { at: 0, bytes: 0, isChecked: false })
      return new CachedBlock(readBlockHead(first, entry.bytes), load, this.#lru)
    })
    const opened = new OpenEntry(block, entry.sha256, () => this.#open.delete(key))
    this.#open.set(key, opened)
    this.#lru.add(opened)
    return block
  }

  *summaries(from: number, through: number, order: 'asc' | 'desc'): Iterable<Summary> {
    let [low, high] = [from, through]
    let count = summariesAtOnce
    while (low <= high && count === summariesAtOnce) {
      const range = { from: low, through: high, limit: summariesAtOnce, order }
      count = 0
      this.#source.damaged.length = 0
      for (const summary of this.#source.reader.summaries(range)) {
        throwFirst(this.#source.damaged)
        yield summary
        if (order === 'asc') low = summary.minute + 1
        else high = summary.minute - 1
        count++
        // Others may have come across damage of theirs meanwhile.
        this.#source.damaged.length = 0
      }
      throwFirst(this.#source.damaged)
    }
  }

  #forget(opened: OpenEntry | undefined): void {
    if (opened === undefined) return
    this.#lru.remove(opened)
    opened.drop()
  }

  pageTimes(): PageTimes {
    const steps = this.loadPageTimes()
    for (;;) {
      const step = steps.next()
      if (step.done === true) return step.value
    }
  }

  /** Reads the summaries of pages that have come since the last time. */
  *loadPageTimes(): Generator<null, PageTimes> {
    const times = this.#times
    const { reader, damaged } = this.#source
    const { closedThrough, droppedBefore } = reader.state()
    if (droppedBefore !== null) times.dropBefore(droppedBefore)
    if (closedThrough === null) return times
    for (let count = summariesAtOnce; count >= summariesAtOnce;) {
      const from = Math.max(times.lastMinute + 1, droppedBefore ?? 0)
      const range = { from, through: closedThrough, limit: summariesAtOnce, order: 'asc' } as const
      damaged.length = 0
      const found: (Summary | DamagedPage)[] = [...reader.summaries(range), ...damaged]
      damaged.length = 0
      found.sort((a, b) => a.minute - b.minute)
      for (const each of found) {
        if (each instanceof DamagedPage) times.addDamaged(each)
        else times.add(each)
      }
      count = found.length
      if (count >= summariesAtOnce) yield null
    }
    return times
  }

  /** Bytes of a block in the cache's own buffer: the reader overwrites its own at any time. None: all that came first. */
  #load({ key, minute, entry }: BlockPlace, range: BlockRange): Uint8Array {
    const isSame = this.#loadedKey === key && this.#loadedEntry === entry
    if (!isSame || !this.#holds(range)) {
      const { at, bytes } = this.#source.reader.blockRun(minute, entry, range)
      if (this.#loaded.length < bytes.length) this.#loaded = new Uint8Array(bytes.length * 2)
      this.#loaded.set(bytes)
      this.#loadedAt = at
      this.#loadedBytes = bytes.length
      this.#loadedKey = key
      this.#loadedEntry = entry
      if (!this.#holds(range)) throw new DamagedPage(minute, `block ${entry.part} is cut short`)
    }
    const from = range.at - this.#loadedAt
    return this.#loaded.subarray(from, range.bytes === 0 ? this.#loadedBytes : from + range.bytes)
  }

  #holds({ at, bytes }: BlockRange): boolean {
    return at >= this.#loadedAt && at + bytes <= this.#loadedAt + this.#loadedBytes
  }
}

interface BlockPlace {
  readonly key: number
  readonly minute: number
  readonly entry: BlockEntry
}

class OpenEntry implements Kept {
  readonly block: CachedBlock
  readonly sha256: Uint8Array
  readonly bytes: number
  readonly #forget: () => void

  constructor(block: CachedBlock, sha256: Uint8Array, forget: () => void) {
    this.block = block
    this.sha256 = sha256
    this.bytes = headBytes + block.columns.length * columnBytes
    this.#forget = forget
  }

  drop(): void {
    this.#forget()
    this.block.clear()
  }
}

function throwFirst(damaged: readonly DamagedPage[]): void {
  const [damage] = damaged
  if (damage !== undefined) throw damage
}
