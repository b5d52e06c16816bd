import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readSegmentBytes } from '../spool/segment-frames.ts'
import { listSegments, namesIn, type SegmentFile } from '../spool/segment-name.ts'
import { type DeadLetter, deadLetterFile, parseDeadLetters } from './dead-letters.ts'

/** What one producer has left in a spool. */
export interface ProducerBacklog {
  readonly producer: string
  readonly facility: string
  readonly host: string
  readonly pid: number
  readonly segments: number
  readonly bytes: number
  /** Events in its segments: shipped ones too, as long as their segment is there. */
  readonly events: number
  /** The lowest and the highest number among them; 0: there is none. */
  readonly first: number
  readonly last: number
  /** When the oldest was written; null: there is none. */
  readonly oldestMs: number | null
  /** Segments that end in damage. */
  readonly damaged: number
}

export interface SpoolReport {
  readonly producers: readonly ProducerBacklog[]
  /** Segments that were set aside. */
  readonly corrupt: readonly string[]
  readonly deadLetters: readonly DeadLetter[]
}

/** Looks at a spool without changing it, also while it is written and forwarded. */
export function reportSpool(directory: string): SpoolReport {
  const producers = new Map<string, ProducerBacklog>()
  for (const segment of listSegments(directory)) {
    const known = producers.get(segment.producer) ?? newBacklog(segment.producer)
    producers.set(segment.producer, withSegment(known, segment))
  }
  const corrupt = namesIn(directory).filter((name) => name.endsWith('.seg.corrupt'))
  const letters = parseDeadLetters(unlessGone(join(directory, deadLetterFile)))
  return { producers: [...producers.values()], corrupt, deadLetters: letters }
}

const newBacklog = (producer: string): ProducerBacklog => ({
  producer,
  facility: '',
  host: '',
  pid: 0,
  segments: 0,
  bytes: 0,
  events: 0,
  first: 0,
  last: 0,
  oldestMs: null,
  damaged: 0,
})

function withSegment(known: ProducerBacklog, segment: SegmentFile): ProducerBacklog {
  const bytes = unlessGone(segment.path)
  const { head, batches, ending } = readSegmentBytes(bytes, segment.producer)
  const [oldest] = batches
  const newest = batches.at(-1)
  const { facility, host, pid } = head ?? known
  return {
    ...known,
    facility,
    host,
    pid,
    segments: known.segments + 1,
    bytes: known.bytes + bytes.length,
    events: known.events + batches.reduce((sum, batch) => sum + batch.events, 0),
    first: known.first === 0 ? (oldest?.sequence ?? 0) : known.first,
    last: newest === undefined ? known.last : newest.sequence + newest.events - 1,
    oldestMs: known.oldestMs ?? oldest?.writtenMs ?? null,
    damaged: known.damaged + (ending === 'corrupt' ? 1 : 0),
  }
}

/** Empty for a file that a forwarder has deleted meanwhile. */
function unlessGone(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}
