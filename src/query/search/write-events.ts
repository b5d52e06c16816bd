import type { JobSink, WorkContext } from '../work/contract.ts'
import type { EventWriter } from './event-writer.ts'
import type { Found, Stretch } from './run.ts'

export interface WriteRequest {
  readonly events: Iterable<Stretch | null>
  readonly limit: number
  readonly sink: JobSink
}

/** Writes events window by window, so that a stream of any length takes the memory of a window. */
export async function writeEvents(
  context: WorkContext,
  writer: EventWriter,
  { events, limit, sink }: WriteRequest,
): Promise<void> {
  let window: Found[] = []
  let count = 0
  let left = limit
  const flush = async (): Promise<void> => {
    writer.take(window)
    window = []
    count = 0
    while (writer.fill()) {
      await sink.write(writer.out.take())
      await context.meter.turn()
    }
  }
  for (const stretch of events) {
    if (left <= 0) break
    if (stretch === null) {
      await context.meter.turn()
      continue
    }
    const { run } = stretch
    const end = Math.min(stretch.to, stretch.from + left)
    for (let from = stretch.from; from < end;) {
      const to = Math.min(end, from + writer.windowRows - count)
      window.push({ minute: run.minute, entry: run.entry, rows: run.rows.subarray(from, to) })
      count += to - from
      left -= to - from
      from = to
      if (count >= writer.windowRows) await flush()
    }
  }
  if (count > 0) await flush()
}

/** Writes events that have been found. */
export async function writeFound(
  context: WorkContext,
  writer: EventWriter,
  found: readonly Found[],
  sink: JobSink,
): Promise<void> {
  const events = found.map((run) => ({
    run: { ...run, ms: null, nanos: null },
    from: 0,
    to: run.rows.length,
  }))
  await writeEvents(context, writer, { events, limit: Infinity, sink })
}
