import type { Stream } from './reader-thread.ts'

/** Chunks leave the thread only as they are read: nothing is queued here beyond its credits. */
export function readable({ next, cancel }: Stream): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller): Promise<void> {
        const chunk = await next()
        if (chunk.bytes.length > 0) controller.enqueue(chunk.bytes)
        if (chunk.last) controller.close()
      },
      cancel,
    },
    { highWaterMark: 0 },
  )
}
