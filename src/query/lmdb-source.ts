import { join } from 'node:path'
import { LmdbReader } from '../book/lmdb-reader.ts'
import { openBlock } from '../page/block-reader.ts'
import { decodeDirectory } from '../page/directory.ts'
import type { PageSource } from './page-source.ts'

/** The book of a data directory, read by handles of the calling thread's own. */
export function lmdbSource(dataDirectory: string): PageSource {
  const damaged: PageSource['damaged'] = []
  const directory = join(dataDirectory, 'book')
  return {
    reader: new LmdbReader({ directory, onDamage: (damage) => damaged.push(damage) }),
    damaged,
    readDirectory: (bytes) => decodeDirectory(bytes).blocks,
    openBlock,
  }
}
