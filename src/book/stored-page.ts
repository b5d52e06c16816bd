import type { BlockEntry, Summary } from '../page/contract.ts'
import { decodeDirectory, type PageDirectory } from '../page/directory.ts'
import { decodeSummary, sha256 } from '../page/summary.ts'
import { BlockStem, checkChunk } from './block-chunks.ts'
import { type BlockRange, type BlockRun, DamagedPage } from './contract.ts'
import type { DayPages } from './day-pages.ts'
import { chunkKey, partKey } from './layout.ts'
import { decodePageRecord, type PageParts } from './page-record.ts'

/** One page's record, taken out of the environment; each part is decoded and checked when first asked for. */
export class StoredPage {
  readonly minute: number
  readonly record: PageParts
  #summary: Summary | null = null
  #directory: PageDirectory | null = null

  private constructor(minute: number, record: PageParts) {
    this.minute = minute
    this.record = record
  }

  /** Null without a page. Throws DamagedValue. */
  static read(pages: DayPages, minute: number): StoredPage | null {
    const value = pages.recordBytes(minute)
    // A copy of less than 2 KB, which the next read does not overwrite.
    return value === null ? null : new StoredPage(minute, decodePageRecord(value.slice()))
  }

  /** Throws FormatError. */
  get summary(): Summary {
    this.#summary ??= decodeSummary(this.record.summary)
    return this.#summary
  }

  /** Checked against the page's digest. Throws DamagedPage, FormatError. */
  get directory(): PageDirectory {
    if (this.#directory !== null) return this.#directory
    if (Buffer.compare(sha256(this.record.directory), this.summary.digest) !== 0) {
      throw new DamagedPage(this.minute, 'the directory does not match the digest of the page')
    }
    this.#directory = decodeDirectory(this.record.directory)
    return this.#directory
  }

  /** A block's bytes, checked against the directory: a view. Throws DamagedPage, FormatError, DamagedValue. */
  block(pages: DayPages, part: number): Uint8Array {
    const entry = this.#entry(part)
    const value = this.#value(pages, part)
    const stem = BlockStem.read(value)
    const bytes = stem === null ? value : joined(pages, this.minute, part, stem)
    if (Buffer.compare(sha256(bytes), entry.sha256) !== 0) throw this.#otherBlock(part)
    return bytes
  }

  /**
   * Some bytes of a block, and what was stored with them: a view. Those of a chunk are compared with its checksum, those
   * of a block that has none with the directory, unless they have been. Throws DamagedPage, FormatError, DamagedValue.
   */
  blockRun(pages: DayPages, part: number, range: BlockRange): BlockRun {
    const entry = this.#entry(part)
    const value = this.#value(pages, part)
    const stem = BlockStem.read(value)
    if (stem === null) {
      if (range.isChecked && value.length === entry.bytes) return { at: 0, bytes: value }
      return { at: 0, bytes: this.block(pages, part) }
    }
    const isSame = stem.digest.every((byte, i) => byte === entry.sha256[i])
    if (stem.bytes !== entry.bytes || !isSame) throw this.#otherBlock(part)
    if (range.at + range.bytes <= stem.first.length) return { at: 0, bytes: stem.first }
    const chunk = stem.chunkOf(range.at, range.bytes)
    if (chunk === null) return { at: 0, bytes: this.block(pages, part) }
    const stored = pages.storedPart(chunkKey(this.minute, part, chunk.index))
    return { at: chunk.at, bytes: checkChunk(stored, part, chunk) }
  }

  #entry(part: number): BlockEntry {
    const entry = this.directory.blocks.find((each) => each.part === part)
    if (entry === undefined) throw new DamagedPage(this.minute, `the page has no block ${part}`)
    return entry
  }

  #value(pages: DayPages, part: number): Uint8Array {
    const inline = this.record.blocks?.[part]
    const value = inline ?? pages.storedPart(partKey(this.minute, part))
    if (value === null) throw new DamagedPage(this.minute, `block ${part} is missing`)
    return value
  }

  #otherBlock(part: number): DamagedPage {
    const what = `block ${part} does not match its digest in the directory`
    return new DamagedPage(this.minute, what)
  }

  /** Whether the page has a block, and with these bytes if they are told. Throws DamagedPage, FormatError. */
  hasBlock(part: number, sha256: Uint8Array | undefined): boolean {
    const entry = this.directory.blocks.find((each) => each.part === part)
    if (entry === undefined || sha256 === undefined) return entry !== undefined
    return Buffer.compare(entry.sha256, sha256) === 0
  }

  /** Throws DamagedValue. */
  tally(pages: DayPages): Uint8Array | null {
    return this.record.tally ?? pages.storedTally(this.minute)
  }
}

/** One for the thread: a block is seldom wanted as a whole. */
let whole = new Uint8Array(0)

/** All of a block, put together: a view that the next call overwrites. Throws DamagedValue. */
function joined(pages: DayPages, minute: number, part: number, stem: BlockStem): Uint8Array {
  if (whole.length < stem.bytes) whole = new Uint8Array(stem.bytes + (stem.bytes >> 1))
  whole.set(stem.first, 0)
  for (const chunk of stem.chunks) {
    const stored = pages.storedPart(chunkKey(minute, part, chunk.index))
    whole.set(checkChunk(stored, part, chunk), chunk.at)
  }
  return whole.subarray(0, stem.bytes)
}
