import { ByteSink } from './byte-sink.ts'
import { ByteSource } from './byte-source.ts'
import type { BlockEntry } from './contract.ts'
import { FormatError } from './format-error.ts'
import { readDigest, sha256 } from './summary.ts'

/*
 * The directory of a page: what the page's digest is the SHA-256 of. A msgpack array:
 *
 *   [version, minute,
 *    [part, rows, bytes, SHA-256, timestamp min, timestamp max, levels, nil | [usual min, usual max, outlier …] …]]
 *
 * The eight fields of each block follow one another without an array of their own. Version 2 is written for a
 * page that has lost events to a redaction, and ends with [part, rows …]: how many rows each part of the page held
 * before, whether anything of it remains or not.
 */

export const directoryVersion = 1
export const redactedDirectoryVersion = 2
const entryFields = 8
const outliersMax = 256
const partsMax = 0x1_0000

export interface PageDirectory {
  readonly minute: number
  /** In the order in which they were given: by part. */
  readonly blocks: readonly BlockEntry[]
  /** Of a page that has lost events to a redaction: rows that each part held before, by part. */
  readonly originalRows?: ReadonlyMap<number, number>
}

export function encodeDirectory(
  minute: number,
  blocks: readonly BlockEntry[],
  originalRows: ReadonlyMap<number, number> | null = null,
): Uint8Array<ArrayBuffer> {
  const sink = new ByteSink()
  sink.array(originalRows === null ? 3 : 4)
  sink.number(originalRows === null ? directoryVersion : redactedDirectoryVersion)
  sink.number(minute)
  sink.array(blocks.length * entryFields)
  for (const block of blocks) {
    sink.number(block.part)
    sink.number(block.rowCount)
    sink.number(block.bytes)
    sink.binary(block.sha256)
    sink.number(block.timestampMinMs)
    sink.number(block.timestampMaxMs)
    sink.number(block.levels)
    writeUsualTimes(sink, block.usualTimes)
  }
  if (originalRows !== null) writeOriginalRows(sink, originalRows)
  return sink.copy()
}

/** Throws FormatError. The result holds no view of `bytes`. */
export function decodeDirectory(bytes: Uint8Array): PageDirectory {
  const source = new ByteSource(bytes, 'page directory')
  const length = source.array(4)
  const version = source.number()
  if (version !== directoryVersion && version !== redactedDirectoryVersion) {
    source.fail(`version ${version}`)
  }
  if (length !== version + 2) source.fail('an array of another length')
  const minute = source.count(Number.MAX_SAFE_INTEGER)
  const fields = source.array(partsMax * entryFields)
  if (fields % entryFields !== 0) source.fail(`${fields} fields`)
  const blocks: BlockEntry[] = []
  for (let i = 0; i < fields; i += entryFields) {
    blocks.push({
      part: source.count(partsMax - 1),
      rowCount: source.count(0x1_0000),
      bytes: source.count(Number.MAX_SAFE_INTEGER),
      sha256: readDigest(source),
      timestampMinMs: source.number(),
      timestampMaxMs: source.number(),
      levels: source.count(0xff),
      ...readUsualTimes(source),
    })
  }
  const redacted =
    version === redactedDirectoryVersion ? { originalRows: readOriginalRows(source) } : {}
  source.end()
  return { minute, blocks, ...redacted }
}

function writeOriginalRows(sink: ByteSink, originalRows: ReadonlyMap<number, number>): void {
  sink.array(originalRows.size * 2)
  for (const [part, rows] of originalRows) {
    sink.number(part)
    sink.number(rows)
  }
}

function readOriginalRows(source: ByteSource): Map<number, number> {
  const fields = source.array(partsMax * 2)
  if (fields % 2 !== 0) source.fail(`${fields} fields`)
  const rows = new Map<number, number>()
  for (let i = 0; i < fields; i += 2) rows.set(source.count(partsMax - 1), source.count(0x1_0000))
  return rows
}

function writeUsualTimes(sink: ByteSink, times: BlockEntry['usualTimes']): void {
  if (times === undefined) return sink.nil()
  sink.array(2 + times.outliersMs.length)
  for (const time of [times.minMs, times.maxMs, ...times.outliersMs]) sink.number(time)
}

function readUsualTimes(source: ByteSource): Pick<BlockEntry, 'usualTimes'> {
  if (source.isNil()) return {}
  const count = source.array(2 + outliersMax)
  if (count < 2) source.fail(`a range of ${count} numbers`)
  const [minMs = 0, maxMs = 0, ...outliersMs] = Array.from({ length: count }, () => source.number())
  return { usualTimes: { minMs, maxMs, outliersMs } }
}

/** The digest of a page, from its directory. */
export function digestOf(directoryBytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return sha256(directoryBytes)
}

/**
 * Checks every block of a page against the page's directory and returns the page's digest, to be compared
 * with that of the summary. `blocks` are in the order of the directory. Throws FormatError.
 */
export function verifyPage(
  directoryBytes: Uint8Array,
  blocks: readonly Uint8Array[],
): Uint8Array<ArrayBuffer> {
  const { blocks: entries } = decodeDirectory(directoryBytes)
  if (entries.length !== blocks.length) {
    throw new FormatError(`${blocks.length} blocks for ${entries.length} entries`, 'page', 0)
  }
  for (const [index, entry] of entries.entries()) {
    const bytes = blocks[index] ?? new Uint8Array(0)
    if (bytes.length !== entry.bytes || Buffer.compare(sha256(bytes), entry.sha256) !== 0) {
      throw new FormatError(`part ${entry.part} does not match its digest`, 'page', 0)
    }
  }
  return digestOf(directoryBytes)
}
