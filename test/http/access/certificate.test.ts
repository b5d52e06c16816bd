import { expect, test } from 'bun:test'
import { makeLeaf } from '../../../src/auth/tls/certificate-maker.ts'
import { authorityOf } from '../../../src/auth/tls/tls-files.ts'
import { clockAt, startInProcess, tempDirectory } from '../../server/in-process.ts'
import { expectations } from './expectations.ts'

test('a client certificate alone may post to every facility, and do nothing else', async () => {
  using directory = tempDirectory()
  // The runtime checks certificates by the machine's clock.
  const nowMs = Date.now()
  const flags = ['--tls', '--tls-clients', 'required']
  await using server = await startInProcess(directory.path, clockAt(nowMs), flags)
  const authority = await authorityOf(directory.path, nowMs)
  const leaf = await makeLeaf(authority, { for: 'client', names: ['till'], nowMs, days: 30 })
  const tls = { ca: authority.certificate, cert: leaf.certificate, key: leaf.key }
  for (const [name, { need, right, body }] of Object.entries(expectations)) {
    const [method = '', path = ''] = name.split(' ')
    const sent = typeof body === 'function' ? body() : body
    const target = path.replace('{minute}', '2026-11-22T12:34Z').replace(/\{\w+\}/g, 'none')
    const response = await fetch(`${server.url}${target}`, {
      method,
      tls,
      ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
      headers: { 'content-type': 'application/json' },
    })
    await response.body?.cancel()
    // It owns no token: what it asks for is not there.
    const allowed = name.startsWith('DELETE /api/v1/tokens') ? 404 : right
    const mayAsk = need === null || need === 'any' || need === 'write'
    expect(`${name} ${response.status}`).toBe(`${name} ${mayAsk ? allowed : 403}`)
  }
  const without = fetch(`${server.url}/health/live`, { tls: { ca: authority.certificate } })
  expect(
    await without.then(
      () => 'answered',
      () => 'refused',
    ),
  ).toBe('refused')
})
