import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { addCredential } from '../../src/auth/credential-changes.ts'
import { credentialPath } from '../../src/auth/credential-path.ts'
import { until } from '../server/process.ts'
import { ClockedServer } from './clocked-server.ts'

/*
 * A credential that may read some facilities sees a book in which there are no others. Two servers are asked the
 * same: one holds all events and is asked with that credential, the other holds the readable events alone.
 */

const base = '/api/v1/eventqry'
const now = Date.parse('2026-11-22T12:34:30Z')
const grants = { write: null, read: ['shop', 'db-*'], admin: false }
const readable = ['shop', 'db-1', 'db-2']
const hidden = ['mailer', 'Shop', 'xdb-1', 'shopping']

let whole: ClockedServer
let part: ClockedServer
let minutes: string[]
let key = ''
let rootKey = ''

function eventsOf(minute: number, facilities: readonly string[]): object[] {
  return facilities.flatMap((facility) => {
    // An event says the same whatever comes beside it.
    const f = [...readable, ...hidden].indexOf(facility)
    return [0, 1, 2].map((i) => ({
      facility,
      timestamp: new Date(now + minute * 60_000 - i * 7_000 - f).toISOString(),
      level: ['info', 'error', 'debug'][(i + f + minute) % 3],
      event: `event ${i} of ${facility}`,
      additional: { n: i + f, [`of_${facility.replaceAll('-', '_')}`]: 'a secret word' },
    }))
  })
}

async function makeKey(server: ClockedServer, name: string, all: boolean): Promise<string> {
  const { secret } = await addCredential(
    credentialPath(server.dataDir),
    {
      kind: 'api-key',
      name,
      grants: all ? { write: 'all', read: 'all', admin: true } : grants,
      expiresMs: null,
      networks: [],
    },
    now,
  )
  return secret ?? ''
}

beforeAll(async () => {
  whole = await ClockedServer.start()
  part = await ClockedServer.start()
  minutes = []
  for (let minute = 0; minute < 3; minute++) {
    // The middle minute holds nothing that may be read.
    const seen = minute === 1 ? [] : readable
    await whole.log(...eventsOf(minute, [...hidden.slice(0, 2), ...seen, ...hidden.slice(2)]))
    if (seen.length > 0) await part.log(...eventsOf(minute, seen))
    minutes.push(await whole.closeMinute())
    await part.closeMinute()
  }
  rootKey = await makeKey(whole, 'root', true)
  key = await makeKey(whole, 'bound', false)
  // The server looks for credentials four times a second.
  await until('credentials are asked for', 5_000, async () => {
    return (await whole.ask(base)).status === 401
  })
})
afterAll(async () => {
  await whole[Symbol.asyncDispose]()
  await part[Symbol.asyncDispose]()
})

function asked(path: string): Promise<Response> {
  const headers = { 'x-api-key': key }
  return whole.ask(path, { headers })
}

/** What differs between two books of the same events: ids of rows, digests, sizes, durations. */
function comparable(value: unknown): unknown {
  const text = JSON.stringify(value, (name, member: unknown) => {
    if (['bytes', 'pages', 'days'].includes(name)) return undefined
    if (['id', 'digest', 'link', 'previous', 'page'].includes(name)) return '…'
    if (['scanned', 'tookMs', 'closedAt', 'source', 'next', 'links'].includes(name)) return '…'
    return member
  })
  return JSON.parse(text)
}

describe('a credential bound to facilities', () => {
  const range = 'from=2026-11-22T12:00:00Z&to=2026-11-22T13:00:00Z'

  test.each([
    [base],
    [`${base}/minutes`],
    [`${base}/hours/2026-11-22T12Z`],
    [`${base}/days/2026-11-22`],
    [`${base}/search?${range}&limit=100`],
    [`${base}/search?${range}&q=secret`],
    [`${base}/search?${range}&q=facility:mailer`],
    [`${base}/search?${range}&facility=mailer&facility=shop`],
    [`${base}/search?${range}&clock=received&order=asc`],
    [`${base}/stats?${range}&by=facility,level`],
    [`${base}/stats?${range}&by=level&every=1m`],
    [`${base}/stats?${range}&agg=count`],
    [`${base}/stats?${range}&agg=count&clock=received`],
    [`${base}/stats?${range}&by=event&agg=sum(n),distinct(facility)`],
    [`${base}/catalogue?${range}`],
    [`${base}/fields?${range}`],
    [`${base}/fields/n/values?${range}`],
    [`${base}/fields/facility/values?${range}`],
  ])('is answered as by a book without the others: %s', async (path) => {
    const answer = await asked(path)
    expect(answer.status).toBe(200)
    const value: unknown = await answer.json()
    const text = JSON.stringify(value)
    for (const name of hidden) expect(text).not.toContain(`"${name}"`)
    expect(text).not.toContain('of_mailer')
    const alone: unknown = await part.json(path)
    expect(comparable(value)).toEqual(comparable(alone))
  })

  test('reads the pages of minutes as if nothing else were on them', async () => {
    for (const [i, minute] of minutes.entries()) {
      const page: unknown = await (await asked(`${base}/minutes/${minute}`)).json()
      const events = eventsIn(page)
      expect(events.length).toBe(i === 1 ? 0 : 9)
      for (const { facility } of events) expect(readable).toContain(facility)
    }
  })

  test('finds no event of others by its id, nor what is around it', async () => {
    const headers = { 'x-api-key': rootKey }
    const path = `${base}/search?${range}&limit=1000`
    const all = eventsIn(await (await whole.ask(path, { headers })).json())
    expect(all.length).toBe(3 * 4 * 3 + 2 * 9)
    for (const { id, facility } of all) {
      const status = readable.includes(facility) ? 200 : 404
      expect((await asked(`${base}/events/${id}`)).status).toBe(status)
      expect((await asked(`${base}/events/${id}/context?before=3&after=3`)).status).toBe(status)
    }
  })

  test('is refused what is of all facilities together', async () => {
    const headers = { 'x-api-key': rootKey }
    const list: unknown = await (await whole.ask(`${base}/minutes`, { headers })).json()
    const digest = /"digest":"([0-9a-f]{64})"/.exec(JSON.stringify(list))?.[1] ?? ''
    for (const path of [`${base}/pages/${digest}`, `${base}/producers`, '/metrics']) {
      expect((await asked(path)).status).toBe(403)
      expect((await whole.ask(path, { headers })).status).toBe(200)
    }
  })

  test.each([
    ['a page', () => `minutes/${minutes[0] ?? ''}`],
    ['a search', () => `search?${range}&facility=shop`],
    ['a statistic', () => `stats?${range}&by=facility`],
    ['values', () => `fields/facility/values?${range}`],
    ['fields', () => `fields?${range}`],
    ['the catalogue', () => `catalogue?${range}`],
  ])('has ETags of its own: of %s', async (_, pathOf) => {
    const path = `${base}/${pathOf()}`
    const own = (await asked(path)).headers.get('etag') ?? ''
    const headers = { 'x-api-key': rootKey }
    const others = (await whole.ask(path, { headers })).headers.get('etag') ?? ''
    expect(own).not.toBe(others)
    const ask = (etag: string): Promise<Response> =>
      whole.ask(path, { headers: { 'x-api-key': key, 'if-none-match': etag } })
    expect((await ask(others)).status).toBe(200)
    expect((await ask(own)).status).toBe(304)
  })

  test('is sent its own events by a tail', async () => {
    const response = await fetch(`${whole.url}${base}/tail?heartbeat=1`, {
      headers: { 'x-api-key': key },
    })
    expect(response.status).toBe(200)
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    const log = eventsOf(3, ['mailer', 'shop', 'Shop', 'db-2'])
    const headers = { 'x-api-key': rootKey }
    expect((await whole.post(JSON.stringify(log), headers)).status).toBe(202)
    let text = ''
    while ((text.match(/"facility":/g) ?? []).length < 6)
      text += (await reader?.read())?.value ?? ''
    await reader?.cancel()
    expect(text).not.toContain('mailer')
    expect(text).not.toContain('Shop')
  })

  test('is not told that events were removed, of whomever they were', async () => {
    const headers = { 'x-api-key': rootKey }
    const path = `${base}/search?${range}&limit=1000`
    const all = eventsIn(await (await whole.ask(path, { headers })).json())
    const query = 'facility=mailer&facility=db-2'
    const removal = { method: 'DELETE', headers }
    expect((await whole.ask(`/api/v1/eventlog?${query}`, removal)).status).toBe(200)
    const none = `${(all[0]?.id ?? '').slice(0, 12)}ffff`
    const removed = all.filter(({ facility }) => facility === 'mailer' || facility === 'db-2')
    expect(removed.length).toBe(3 * 3 + 2 * 3)
    for (const { id } of removed) {
      for (const rest of ['', '/context']) {
        const answer = await asked(`${base}/events/${id}${rest}`)
        const other = await asked(`${base}/events/${none}${rest}`)
        expect([answer.status, other.status]).toEqual([404, 404])
        const text = await answer.text()
        expect(text.replaceAll(id, none)).toBe(await other.text())
        expect((await whole.ask(`${base}/events/${id}${rest}`, { headers })).status).toBe(410)
      }
    }
  })
})

interface Listed {
  readonly id: string
  readonly facility: string
}

function eventsIn(answer: unknown): Listed[] {
  if (typeof answer !== 'object' || answer === null || !('events' in answer)) return []
  return Array.isArray(answer.events) ? answer.events : []
}
