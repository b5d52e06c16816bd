import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ClientProblem, eventStart } from '../../src/client/sink.ts'
import { SpoolSink, type SpoolOptions } from '../../src/client/spool/spool-sink.ts'

export interface SpoolDirectory extends Disposable {
  readonly path: string
}

export function spoolDirectory(): SpoolDirectory {
  const path = mkdtempSync(join(tmpdir(), 'minutebook-spool-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

export interface TestedSink {
  readonly sink: SpoolSink
  readonly problems: ClientProblem[]
  readonly drops: Readonly<Record<string, number>>[]
  /** Writes the next of the events that are told apart by their number. */
  readonly write: (level?: number, bytes?: number) => void
}

/** A sink whose events are their number as text, filled up with spaces. */
export function openSink(directory: string, options: Partial<SpoolOptions> = {}): TestedSink {
  const problems: ClientProblem[] = []
  const drops: Readonly<Record<string, number>>[] = []
  const sink = new SpoolSink({
    directory,
    facility: 'shop',
    producer: '00000000000000aa',
    segmentBytesMax: 8 * 1024 * 1024,
    segmentAgeMs: 60_000,
    spoolBytesMax: 1 << 30,
    policy: 'drop-oldest',
    blockMsMax: 50,
    syncEveryMs: 1_000,
    syncLevelMax: 3,
    nowMs: Date.now,
    onProblem: (problem) => problems.push(problem),
    reportDrops: (counts) => drops.push(counts),
    ...options,
  })
  let written = 0
  const write = (level = 6, bytes = 20): void => {
    const event = String(++written).padEnd(bytes)
    const placed = Buffer.from(event.padStart(eventStart + event.length))
    sink.write(placed, placed.length, level, (options.nowMs ?? Date.now)())
  }
  return { sink, problems, drops, write }
}
