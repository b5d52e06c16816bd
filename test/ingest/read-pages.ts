import { type TurnedClock, startInProcess } from '../server/in-process.ts'
import { asList, asObject } from '../http/json-object.ts'

export interface PageEvent {
  readonly id: string
  readonly n: number
}

export interface ReadPage {
  readonly minute: string
  readonly events: readonly PageEvent[]
}

/** Starts the real server on a data directory and reads every page by HTTP, oldest first. */
export async function readPages(
  data: string,
  clock: TurnedClock,
  flags: readonly string[],
): Promise<ReadPage[]> {
  const server = await startInProcess(data, clock, flags)
  try {
    await server.closeDue()
    const pages: ReadPage[] = []
    let next = '/api/v1/eventqry/minutes'
    for (;;) {
      const list = asObject(await (await fetch(new URL(next, server.url))).json())
      const minutes = asList(list['minutes']).map(asObject)
      if (minutes.length === 0) return pages
      for (const { minute } of minutes) pages.push(await readPage(server.url, String(minute)))
      next = String(list['next'])
    }
  } finally {
    await server.stop()
  }
}

async function readPage(url: string, minute: string): Promise<ReadPage> {
  const response = await fetch(`${url}/api/v1/eventqry/minutes/${minute}.json`)
  const events = asList(asObject(await response.json())['events']).map((each) => {
    const event = asObject(each)
    return { id: String(event['id']), n: Number(asObject(event['additional'])['n']) }
  })
  return { minute, events }
}
