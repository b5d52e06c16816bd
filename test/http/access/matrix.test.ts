import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { scopes } from '../../../src/auth/contract.ts'
import { needOf } from '../../../src/http/access.ts'
import { ClockedServer } from '../clocked-server.ts'
import { documentOf } from '../documented.ts'
import { JsonClient } from '../json-client.ts'
import { asList, asObject, type JsonObject } from '../json-object.ts'
import { expectations, expectedStatus, type State, states } from './expectations.ts'
import { type Show, Shown, type Unsigned, type Way, ways } from './shown.ts'

const denied = '203.0.113.5'
const limitMs = 60_000
let server: ClockedServer
let shown: Shown
let root: JsonClient
let operations: readonly { readonly name: string; readonly operation: JsonObject }[]
let minute = ''
let eventId = ''
let digest = ''
let prepared = 0

beforeAll(async () => {
  const flags = ['write', 'read', 'admin'].flatMap((scope) => [`--deny-${scope}`, `${denied}/32`])
  server = await ClockedServer.start([...flags, '--trusted-proxies', '127.0.0.1'])
  await server.log({ facility: 'shop', level: 'info', event: 'order placed' })
  minute = await server.closeMinute()
  const page = asObject(await server.json(`/api/v1/eventqry/minutes/${minute}`))
  digest = String(page['digest'])
  eventId = String(asObject(asList(page['events'])[0])['id'])
  const open = new JsonClient(server)
  const made = await open.post('/api/v1/credentials', { name: 'root', scopes })
  root = new JsonClient(server, { 'x-api-key': String(made.body['secret']) })
  shown = new Shown(server, root)
  operations = Object.entries(asObject((await documentOf(server.url))['paths'])).flatMap(
    ([route, item]) =>
      Object.entries(asObject(item)).map(([method, operation]) => {
        return { name: `${method.toUpperCase()} ${route}`, operation: asObject(operation) }
      }),
  )
})
afterAll(() => server[Symbol.asyncDispose]())

const asked = async (from: string, request: Unsigned, show: Show): Promise<Response> => {
  const { method, target, body } = request
  return server.ask(target, {
    method,
    headers: {
      ...show.headers(request),
      'x-forwarded-for': from,
      ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
    },
    ...(body === '' ? {} : { body }),
  })
}

/** What stands for `{…}` in a target; what may be used up is made for the request. */
async function fill(target: string, show: Show): Promise<string> {
  if (target === '{token}') return `/api/v1/tokens/${show.tokenId ?? (await ownToken(show))}`
  if (target.startsWith('{credential}')) {
    const name = `victim-${prepared++}`
    await root.post('/api/v1/credentials', { name, scopes: ['read'] })
    return target.replace('{credential}', `/api/v1/credentials/${name}`)
  }
  return target
    .replace('{minute}', minute)
    .replace('{hour}', minute.replace(/:.*/, 'Z'))
    .replace('{day}', minute.slice(0, 10))
    .replace('{event}', eventId)
    .replace('{digest}', digest)
}

/** A token of whoever asks; of one who may not have any, a name that no token has. */
async function ownToken(show: Show): Promise<string> {
  const request = { method: 'POST', target: '/api/v1/tokens', body: '' }
  const response = await asked(fresh(), request, show)
  return response.ok ? String(asObject(await response.json())['id']) : 'none'
}

async function requestOf(name: string, show: Show): Promise<Unsigned> {
  const [method = '', route = ''] = name.split(' ')
  const { target = route, body } = expectations[name] ?? {}
  const sent = typeof body === 'function' ? body() : body
  return {
    method,
    target: await fill(target, show),
    body: sent === undefined ? '' : JSON.stringify(sent),
  }
}

/** An address that nobody has come from, so that no refused attempt slows another down. */
const fresh = (): string => {
  addresses++
  return `10.${addresses >> 16}.${(addresses >> 8) & 255}.${addresses & 255}`
}
let addresses = 0

describe('every operation', () => {
  test('is expected to need something, and says so in the OpenAPI document', () => {
    expect(operations.map(({ name }) => name).sort()).toEqual(Object.keys(expectations).sort())
    for (const { name, operation } of operations) {
      const { need = null } = expectations[name] ?? {}
      const [method = '', route = ''] = name.split(' ')
      expect(`${name} ${needOf(method, route)}`).toBe(`${name} ${need}`)
      const declared = asList(operation['security']).map(asObject)
      const schemes = declared.flatMap((each) => Object.keys(each))
      const scopesOf = new Set(declared.flatMap((each) => Object.values(each).flat()))
      const isCertificateEnough = need === 'write' || need === 'any'
      const secrets = ['apiKey', 'basic', 'bearer', 'hmac']
      const wanted = need === null ? [] : secrets
      expect(schemes).toEqual(isCertificateEnough ? [...wanted, 'clientCertificate'] : wanted)
      const isScope = need !== null && need !== 'any' && need !== 'secret'
      expect([...scopesOf]).toEqual(isScope ? [need] : [])
    }
  })

  test.each(ways)(
    'answers as the table says to whoever comes with: %s',
    async (way) => {
      const shows = new Map<string, Show>()
      for (const need of ['write', 'read', 'admin', 'any', 'secret'] as const) {
        for (const state of states) {
          shows.set(`${need} ${state}`, await shown.make(way, state, need))
        }
      }
      // Tokens that were made for a second have expired then.
      await server.closeMinute()
      for (const [name, expectation] of Object.entries(expectations)) {
        for (const state of states) {
          const show = shows.get(`${expectation.need ?? 'any'} ${state}`)
          if (show === undefined) throw new Error(`nothing was made for ${name} ${state}`)
          const request = await requestOf(name, show)
          const from = state === 'from a denied address' ? denied : fresh()
          const response = await asked(from, request, show)
          await response.body?.cancel()
          const what = `${name}, ${way}, ${state}: `
          expect(what + response.status).toBe(what + statusOf(way, state, name))
        }
      }
    },
    limitMs,
  )
})

function statusOf(way: Way, state: State, name: string): number {
  const expectation = expectations[name]
  if (expectation === undefined) throw new Error(`${name} is not expected`)
  const status = expectedStatus(expectation, state)
  // The one difference between the ways: a token is no secret.
  return way === 'token' && expectation.need === 'secret' && status < 400 ? 403 : status
}
