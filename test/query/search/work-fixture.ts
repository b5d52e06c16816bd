import type { EventFilter } from '../../../src/query/contract.ts'
import type { PageSource } from '../../../src/query/page-source.ts'
import type { SearchRequest } from '../../../src/query/search/contract.ts'
import { searchWith } from '../../../src/query/search/search.ts'
import { makeMatcher } from '../../../src/query/match/matcher.ts'
import type { Selection } from '../../../src/query/selection.ts'
import { BlockCache } from '../../../src/query/work/block-cache.ts'
import type { JobSink, Meter, WorkContext } from '../../../src/query/work/contract.ts'

/* What a search needs around it, without threads. */

export const everything: EventFilter = { facility: null, level: null, event: null }

export const wholeBook: Selection = {
  clock: 'timestamp',
  from: null,
  to: null,
  filter: everything,
  query: { type: 'all' },
}

export interface WatchedMeter extends Meter {
  heldBytes: number
  heldBytesMost: number
}

/** Counts without limits; a turn really lets others run. */
export function countingMeter(): WatchedMeter {
  const scanned = { minutes: 0, blocks: 0, bytes: 0 }
  const meter: WatchedMeter = {
    scanned,
    heldBytes: 0,
    heldBytesMost: 0,
    count({ minutes = 0, blocks = 0, bytes = 0 }) {
      scanned.minutes += minutes
      scanned.blocks += blocks
      scanned.bytes += bytes
    },
    hold({ bytes = 0 }) {
      meter.heldBytes += bytes
      meter.heldBytesMost = Math.max(meter.heldBytesMost, meter.heldBytes)
    },
    turn: () => Promise.resolve(),
  }
  return meter
}

export interface ContextOptions {
  readonly source: PageSource
  readonly blocks?: BlockCache
  readonly meter?: Meter
}

export function contextOf({ source, blocks, meter }: ContextOptions): WorkContext {
  return {
    source,
    blocks: blocks ?? new BlockCache({ source, bytesMax: 2 ** 22 }),
    meter: meter ?? countingMeter(),
    closedThrough: source.reader.state().closedThrough ?? -1,
  }
}

/** Keeps what it is sent. */
export class KeepingSink implements JobSink {
  readonly chunks: Uint8Array[] = []
  next: string | null | undefined = undefined

  head(facts: { readonly next: string | null }): void {
    this.next = facts.next
  }

  write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.chunks.push(bytes)
    return Promise.resolve()
  }

  end(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    return this.write(bytes)
  }

  bytes(): Buffer {
    return Buffer.concat(this.chunks)
  }

  text(): string {
    return this.bytes().toString()
  }
}

export function requestOf(partial: Partial<SearchRequest>): SearchRequest {
  return {
    selection: wholeBook,
    order: 'desc',
    limit: null,
    cursor: null,
    format: 'ndjson',
    encoding: 'identity',
    fields: null,
    href: '/api/v1/eventqry/search?limit=1',
    ...partial,
  }
}

/** What a search answers. */
export async function ask(
  context: WorkContext,
  partial: Partial<SearchRequest>,
): Promise<KeepingSink> {
  const sink = new KeepingSink()
  await searchWith(makeMatcher, context, requestOf(partial), sink)
  return sink
}

/** The ids of an NDJSON answer, in its order. */
export function idsOf(sink: KeepingSink): string[] {
  return [...sink.text().matchAll(/^\{"id":"([0-9a-f]{16})"/gm)].map(([, id = '']) => id)
}

export function cursorOf(next: string | null | undefined): string | null {
  return next === null || next === undefined ? null : (next.split('&cursor=')[1] ?? null)
}
