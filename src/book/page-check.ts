import { decodeDirectory } from '../page/directory.ts'
import { decodeSummary } from '../page/summary.ts'
import { DamagedPage } from './contract.ts'
import type { DayPages } from './day-pages.ts'

/** The directory's bytes, checked against the page's digest; null without a page. Throws DamagedPage. */
export function directoryOf(pages: DayPages, minute: number): Uint8Array | null {
  const record = pages.record(minute)
  if (record === null) return null
  const { digest } = decodeSummary(record.summary)
  if (isDigest(digest, record.directory)) return record.directory
  throw new DamagedPage(minute, 'the directory does not match the digest of the page')
}

/** A block's bytes, checked against the directory; null without a page. Throws DamagedPage. */
export function blockOf(pages: DayPages, minute: number, part: number): Uint8Array | null {
  const directory = directoryOf(pages, minute)
  if (directory === null) return null
  const entry = decodeDirectory(directory).blocks.find((each) => each.part === part)
  if (entry === undefined) throw new DamagedPage(minute, `the directory has no block ${part}`)
  // A copy: reading the block overwrites the view.
  const expected = entry.sha256.slice()
  const bytes = pages.block(minute, part)
  if (bytes === null) throw new DamagedPage(minute, `block ${part} is missing`)
  if (isDigest(expected, bytes)) return bytes
  throw new DamagedPage(minute, `block ${part} does not match its digest in the directory`)
}

function isDigest(digest: Uint8Array, bytes: Uint8Array): boolean {
  const found = new Uint8Array(32)
  Bun.SHA256.hash(bytes, found)
  return Buffer.compare(found, digest) === 0
}
