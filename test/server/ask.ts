import { asList, asObject, type JsonObject } from '../http/json-object.ts'

export const eventlog = '/api/v1/eventlog'
export const eventqry = '/api/v1/eventqry'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: JsonObject
}

/** Posts a batch and reads its JSON answer. */
export async function post(
  url: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(`${url}${eventlog}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  })
  return {
    status: response.status,
    headers: response.headers,
    body: asObject(await response.json()),
  }
}

export async function getJson(url: string, path: string): Promise<JsonObject> {
  const response = await fetch(`${url}${path}`)
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return asObject(await response.json())
}

/** Every page in the list of minutes, with its digest. */
export async function pageDigests(url: string): Promise<Map<string, string>> {
  const { minutes } = await getJson(url, `${eventqry}/minutes?limit=10000`)
  return new Map(
    asList(minutes).map((item) => {
      const { minute, digest } = asObject(item)
      return [String(minute), String(digest)]
    }),
  )
}

/** All events of all pages, page by page. */
export async function allEvents(url: string): Promise<JsonObject[]> {
  const events: JsonObject[] = []
  for (const minute of (await pageDigests(url)).keys()) {
    const response = await fetch(`${url}${eventqry}/minutes/${minute}.ndjson`)
    if (!response.ok) throw new Error(`${minute}: ${response.status}`)
    const text = await response.text()
    for (const line of text.split('\n')) if (line !== '') events.push(asObject(JSON.parse(line)))
  }
  return events
}

/** The member `n` of additional, by which tests number their events. */
export function numberOf(event: JsonObject): number {
  const n = asObject(event['additional'])['n']
  if (typeof n !== 'number') throw new TypeError(`an event without a number: ${n}`)
  return n
}

/** An event that carries its number. */
export function numbered(n: number): object {
  return { facility: 'shop', level: 'info', event: 'order placed', additional: { n } }
}
