import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FixtureBook } from './book-fixture.ts'

/** Flips one bit of a block. */
export function damageBlock(book: FixtureBook, minute: number, part: number): void {
  const block = book.blocks.get(minute)?.[part]
  if (block === undefined) throw new Error('no such block')
  damageBytes(book, block.subarray(0, Math.min(block.length, 256)))
}

/** Flips one bit in the middle of these bytes wherever the book's files hold them: LMDB leaves old copies behind. */
export function damageBytes(book: FixtureBook, bytesToFind: Uint8Array): void {
  const needle = Buffer.from(bytesToFind)
  let found = 0
  for (const day of readdirSync(book.bookDirectory)) {
    const path = join(book.bookDirectory, day, 'data.mdb')
    const bytes = readFileSync(path)
    for (let at = bytes.indexOf(needle); at !== -1; at = bytes.indexOf(needle, at + 1)) {
      const target = at + (needle.length >> 1)
      bytes[target] = (bytes[target] ?? 0) ^ 1
      found++
    }
    writeFileSync(path, bytes)
  }
  if (found === 0) throw new Error('the bytes were not found in the book')
}
