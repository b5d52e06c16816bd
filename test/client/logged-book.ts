import { createServer, type Server } from 'node:net'
import type { JsonObject } from '../http/json-object.ts'
import { allEvents } from '../server/ask.ts'
import { clockAt, minuteMs, pass, startInProcess, tempDirectory } from '../server/in-process.ts'

/** A real server to log to. */
export interface LoggedBook extends AsyncDisposable {
  readonly url: string
  /** A directory of the test's own. */
  readonly scratch: string
  /** Every event so far, once its minute has closed, which this sees to. */
  events(): Promise<JsonObject[]>
}

export async function openLoggedBook(flags: readonly string[] = []): Promise<LoggedBook> {
  const data = tempDirectory()
  const scratch = tempDirectory()
  const clock = clockAt('2026-11-22T12:34:30.000Z')
  const server = await startInProcess(data.path, clock, flags)
  return {
    url: server.url,
    scratch: scratch.path,
    async events() {
      pass(clock, minuteMs)
      await server.closeDue()
      return allEvents(server.url)
    },
    async [Symbol.asyncDispose]() {
      await server.stop()
      data[Symbol.dispose]()
      scratch[Symbol.dispose]()
    },
  }
}

/** Something that takes connections and never answers. */
export async function openSilentServer(): Promise<{ url: string; close(): void }> {
  const server: Server = createServer(() => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() }
}

/** Where nothing listens. */
export const nowhere = 'http://127.0.0.1:9'
