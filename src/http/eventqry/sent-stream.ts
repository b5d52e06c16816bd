/** Milliseconds after which a reader that takes nothing is given up: it holds a share of the pages' thread. */
export const sendStallMs = 120_000

export interface SentStreamOptions {
  readonly sent: (bytes: number) => void
  /** Called once: the stream was read to its end, was cancelled, or broke with an error. */
  readonly ended: (error: unknown) => void
  readonly stallMs: number
}

/**
 * A stream on its way to a client. When it breaks, the connection is cut, so that nobody takes what came for
 * the whole; a client that stops reading is given up.
 */
export function sentStream(
  source: ReadableStream<Uint8Array>,
  options: SentStreamOptions,
): ReadableStream<Uint8Array> {
  const reader = source.getReader()
  let timer: ReturnType<typeof setTimeout> | undefined
  let isOver = false
  const end = (error: unknown): void => {
    clearTimeout(timer)
    if (isOver) return
    isOver = true
    options.ended(error)
  }
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller): Promise<void> {
        clearTimeout(timer)
        const chunk = await reader.read().catch((error: unknown) => {
          end(error)
          throw error
        })
        if (chunk.done) {
          end(null)
          controller.close()
          return
        }
        options.sent(chunk.value.length)
        controller.enqueue(chunk.value)
        timer = setTimeout(() => {
          const error = new Error('the client stopped reading')
          end(error)
          controller.error(error)
          reader.cancel(error).catch(() => {})
        }, options.stallMs)
      },
      async cancel(reason): Promise<void> {
        end(null)
        await reader.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
}
