import { cpSync } from 'node:fs'
import { basename } from 'node:path'
import type { TestNode } from './open-node.ts'

/**
 * A node's files as a crash would leave them now. A copy of files that are being written is none of any moment: so
 * blocks must have left for the book, and the catalogue, which goes on after a close, is made again from the pages.
 */
export async function copyData(node: TestNode, from: string, to: string): Promise<void> {
  await node.recovered.closer.idle(10_000)
  await node.book.stats()
  cpSync(from, to, { recursive: true, filter: isNoCatalogue })
}

function isNoCatalogue(path: string): boolean {
  return !basename(path).startsWith('catalogue-')
}
