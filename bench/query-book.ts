import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { keyStoreDefaults } from '../src/book/key-store.ts'
import { LmdbWriter, reserveBytesDefault } from '../src/book/lmdb-writer.ts'
import { encodeBlock } from '../src/page/block-encoder.ts'
import { eventsPerSecond, firstTimestampMs, makeGenerator } from './events.ts'
import { blocksOf } from './sealed-events.ts'

/** How the pages lie in the book: as they came in live, or all posted at once afterwards. */
export type Layout = 'live' | 'bulk'

const batchEvents = 22_200
const minuteMs = 60_000

/**
 * Writes the generator's first events with the book's own writer, every sync included. `live`: a page for
 * each minute of event time, received 40 ms after. `bulk`: the same events in one page a million.
 */
export async function writeBook(dataDir: string, events: number, layout: Layout): Promise<void> {
  const directory = join(dataDir, 'book')
  await mkdir(dataDir, { recursive: true })
  const generator = makeGenerator()
  let nowMs = firstTimestampMs
  using writer = new LmdbWriter({
    directory,
    keys: keyStoreDefaults,
    reserveBytes: reserveBytesDefault,
    now: () => nowMs,
  })
  const perPage = layout === 'live' ? eventsPerSecond * 60 : 1_000_000
  const firstMinute = Math.floor(firstTimestampMs / minuteMs) + (layout === 'live' ? 0 : 200)
  let sequence = 0
  for (let from = 0, page = 0; from < events; from += perPage, page++) {
    const minute = firstMinute + page
    const through = Math.min(events, from + perPage)
    nowMs = (minute + 1) * minuteMs
    let part = 0
    for (let at = from; at < through; at += batchEvents) {
      const body = generator.ndjsonBatch(at, Math.min(batchEvents, through - at))
      for (const block of blocksOf(body, minute * minuteMs + 40)) {
        writer.putBlock(minute, encodeBlock(minute, part++, block.detach()))
      }
    }
    const lastSequence = ++sequence
    writer.close({ minute, partCount: part, answers: [], lastSequence, closedAtMs: nowMs })
  }
}
