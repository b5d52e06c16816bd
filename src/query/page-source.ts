import { type BookReader, DamagedPage } from '../book/contract.ts'
import type { BlockEntry, OpenBlock } from '../page/contract.ts'
import { Cancelled } from './cancelled.ts'
import { QueryLimit } from './work/contract.ts'

/** What a reading thread reads from: the book, and how to open what is in it. */
export interface PageSource {
  readonly reader: BookReader
  /** The reader's lists leave damaged pages out and add them here. */
  readonly damaged: DamagedPage[]
  readDirectory(bytes: Uint8Array): readonly BlockEntry[]
  openBlock(bytes: Uint8Array): OpenBlock
}

/** The blocks of a page, null when there is no such page (any more). Throws DamagedPage. */
export function entriesOf(source: PageSource, minute: number): readonly BlockEntry[] | null {
  const bytes = source.reader.directory(minute)
  return bytes === null ? null : asPage(minute, () => source.readDirectory(bytes))
}

/** Opens a block on a copy of its bytes, so that it outlives the next call of the reader. Throws DamagedPage. */
export function openPart(
  source: PageSource,
  minute: number,
  { part, sha256 }: Pick<BlockEntry, 'part' | 'sha256'>,
): OpenBlock {
  return asPage(minute, () => {
    const bytes = source.reader.block(minute, part, sha256)
    return source.openBlock(new Uint8Array(bytes))
  })
}

/** Does work on a page's bytes; whatever they throw is damage of that page, but for the end of the query itself. */
export function asPage<T>(minute: number, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof DamagedPage) throw error
    if (error instanceof QueryLimit || error instanceof Cancelled) throw error
    throw new DamagedPage(minute, error instanceof Error ? error.message : String(error))
  }
}
