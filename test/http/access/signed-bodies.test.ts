import { expect, test } from 'bun:test'
import { ClockedServer } from '../clocked-server.ts'
import { JsonClient } from '../json-client.ts'
import { asObject } from '../json-object.ts'
import { expectations } from './expectations.ts'
import { Shown, type Unsigned } from './shown.ts'

const json = { 'content-type': 'application/json' }

test('an operation with a body does nothing when the body is not the one that was signed', async () => {
  await using server = await ClockedServer.start()
  const open = new JsonClient(server)
  const scopes = ['write', 'read', 'admin']
  const { body } = await open.post('/api/v1/credentials', { name: 'root', scopes })
  const root = new JsonClient(server, { 'x-api-key': String(body['secret']) })
  const shown = new Shown(server, root)
  const before = JSON.stringify((await root.get('/api/v1/credentials')).body)
  let asked = 0
  for (const [name, { need }] of Object.entries(expectations)) {
    const [method = '', path = ''] = name.split(' ')
    if (method === 'GET' || need === null) continue
    const show = await shown.make('hmac', 'right', need)
    const target = path.replace('{name}', 'root').replace('{id}', 'none')
    const signed: Unsigned = { method, target, body: '{"facility":"shop"}' }
    const response = await server.ask(target, {
      method,
      headers: { ...show.headers(signed), ...(method === 'POST' ? json : {}) },
      body: '{"facility":"ship"}',
    })
    const { code } = asObject(await response.json())
    expect(`${name} ${String(code)}`).toBe(`${name} signature-refused`)
    asked++
  }
  expect(asked).toBeGreaterThanOrEqual(9)
  const after = asObject((await root.get('/api/v1/credentials')).body)['credentials']
  expect(JSON.stringify(after)).toStartWith(before.slice('{"credentials":'.length, -2))
})

test('signed requests may come in another order, and none of them twice', async () => {
  await using server = await ClockedServer.start()
  const open = new JsonClient(server)
  const { body } = await open.post('/api/v1/credentials', { name: 'root', scopes: ['admin'] })
  const root = new JsonClient(server, { 'x-api-key': String(body['secret']) })
  const show = await new Shown(server, root).make('hmac', 'right', 'write')
  const requests = [1, 2, 3, 4].map((n): Unsigned => {
    const event = { facility: 'shop', level: 'info', event: 'order placed', additional: { n } }
    return { method: 'POST', target: '/api/v1/eventlog', body: JSON.stringify(event) }
  })
  const signed = requests.map((request) => {
    const headers = { ...show.headers(request), ...json }
    return { method: 'POST', body: request.body, headers }
  })
  const send = async (init: BunFetchRequestInit) =>
    (await server.ask('/api/v1/eventlog', init)).status
  for (const init of signed.toReversed()) expect(await send(init)).toBe(202)
  await server.restart()
  for (const init of signed) expect(await send(init)).toBe(401)
})
