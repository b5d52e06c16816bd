import type { Summary } from '../page/contract.ts'
import { decodeDirectory, type PageDirectory } from '../page/directory.ts'
import { decodeSummary, sha256 } from '../page/summary.ts'
import { DamagedPage } from './contract.ts'
import type { DayPages } from './day-pages.ts'
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

  /** A block's bytes, checked against the directory unless they have been: a view. Throws DamagedPage, FormatError. */
  block(pages: DayPages, part: number, isChecked = false): Uint8Array {
    const { minute } = this
    const entry = this.directory.blocks.find((each) => each.part === part)
    if (entry === undefined) throw new DamagedPage(minute, `the page has no block ${part}`)
    const bytes = this.record.blocks?.[part] ?? pages.storedBlock(minute, part)
    if (bytes === null) throw new DamagedPage(minute, `block ${part} is missing`)
    if (isChecked && bytes.length === entry.bytes) return bytes
    if (Buffer.compare(sha256(bytes), entry.sha256) === 0) return bytes
    throw new DamagedPage(minute, `block ${part} does not match its digest in the directory`)
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
