import { DamagedValue, openBytes, sealBytes } from './checked.ts'

/*
 * The record of one page in table `pages`. A page's summary and directory are always in it; its tally
 * and its blocks too while the whole stays small, so that a page of one event is one LMDB entry. What does not
 * fit is in table `parts`. Numbers are little-endian.
 *
 *   0   CRC-32 of what follows up to the blocks (checked.ts); a block is checked by its SHA-256
 *   4   summary bytes, u16
 *   6   directory bytes, u32
 *   10  tally bytes, u16; 0: the tally is in `parts`
 *   12  blocks held inline, u16; 0: all blocks are in `parts`
 *   14  bytes of each inline block, u16 each
 *   …   summary · directory · tally · blocks
 */

/** An LMDB page of 4,096 bytes takes values up to about 2,000 bytes in place; larger ones get pages of their own. */
export const inlineBytesMax = 1_900

const headBytes = 10

export interface PageParts {
  readonly summary: Uint8Array
  readonly directory: Uint8Array
  /** Null: in `parts`. */
  readonly tally: Uint8Array | null
  /** In part order; null: in `parts`. */
  readonly blocks: readonly Uint8Array[] | null
}

/** Decides what is held inline: a tally or blocks that come out as null go into `parts`. */
export function fitPage(page: PageParts): PageParts {
  const { summary, directory, tally, blocks } = page
  let room = inlineBytesMax - 4 - headBytes - summary.length - directory.length
  const tallyFits = tally !== null && tally.length <= room
  if (tallyFits) room -= tally.length
  let blockBytes = 0
  for (const block of blocks ?? []) blockBytes += block.length + 2
  return {
    summary,
    directory,
    tally: tallyFits ? tally : null,
    blocks: blockBytes <= room ? blocks : null,
  }
}

export function encodePageRecord(page: PageParts): Buffer {
  const blocks = page.blocks ?? []
  const head = Buffer.alloc(headBytes + blocks.length * 2)
  head.writeUInt16LE(page.summary.length, 0)
  head.writeUInt32LE(page.directory.length, 2)
  head.writeUInt16LE(page.tally?.length ?? 0, 6)
  head.writeUInt16LE(blocks.length, 8)
  for (const [i, block] of blocks.entries()) head.writeUInt16LE(block.length, headBytes + i * 2)
  const tally = page.tally ?? new Uint8Array(0)
  const checked = sealBytes(Buffer.concat([head, page.summary, page.directory, tally]))
  return blocks.length === 0 ? checked : Buffer.concat([checked, ...blocks])
}

/** The parts, as views of `value`. Throws DamagedValue. */
export function decodePageRecord(value: Uint8Array): PageParts {
  if (value.length < 4 + headBytes) throw new DamagedValue('the page record is cut short')
  const summaryBytes = u16(value, 4)
  const directoryBytes = u16(value, 6) + u16(value, 8) * 0x1_0000
  const tallyBytes = u16(value, 10)
  const blockCount = u16(value, 12)
  let at = 4 + headBytes + blockCount * 2
  openBytes(value.subarray(0, at + summaryBytes + directoryBytes + tallyBytes), 'the page record')
  const take = (bytes: number): Uint8Array => {
    at += bytes
    return value.subarray(at - bytes, at)
  }
  const summary = take(summaryBytes)
  const directory = take(directoryBytes)
  const tally = tallyBytes === 0 ? null : take(tallyBytes)
  const blocks: Uint8Array[] = []
  for (let i = 0; i < blockCount; i++) blocks.push(take(u16(value, 14 + i * 2)))
  return { summary, directory, tally, blocks: blockCount === 0 ? null : blocks }
}

/** A view over the bytes would cost more than it reads. */
function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)
}
