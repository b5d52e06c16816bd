import { describe, expect, test } from 'bun:test'
import { asObject } from '../http/json-object.ts'
import { until } from '../server/process.ts'
import { leave, leaveMany, openForwardedSpool } from '../client/forwarder/forwarded-spool.ts'
import { openLoggedBook } from '../client/logged-book.ts'
import { runCli, startCli } from './run-cli.ts'

const producer = '00000000000000aa'

describe('minutebook forward', () => {
  test('ships what is there with --once, and says how much it was', async () => {
    await using book = await openLoggedBook()
    using spool = openForwardedSpool()
    leaveMany(spool.open(producer), 1, 50)
    const run = await runCli({ url: book.url }, 'forward', '--spool', spool.path, '--once')
    expect(run.code).toBe(0)
    const said = run.err.trim().split('\n')
    expect(asObject(JSON.parse(said.at(-1) ?? ''))).toMatchObject({ msg: 'done', events: 50 })
    expect(await book.events()).toHaveLength(50)
  })

  test('leaves a spool alone that has a forwarder, and stops when it is told to', async () => {
    await using book = await openLoggedBook()
    using spool = openForwardedSpool()
    const first = startCli({ url: book.url }, 'forward', '--spool', spool.path)
    await until('the first one at work', 10_000, async () => {
      const { out } = await runCli({ url: book.url }, 'spool', spool.path, '--json')
      return asObject(JSON.parse(out))['forwarder'] === first.pid
    })
    const second = await runCli({ url: book.url }, 'forward', '--spool', spool.path, '--once')
    expect(second.code).toBe(4)
    expect(second.err).toContain(`has a forwarder already (process ${first.pid})`)
    first.kill('SIGTERM')
    expect(await first.exited).toBe(0)
    const third = await runCli({ url: book.url }, 'forward', '--spool', spool.path, '--once')
    expect(third.code).toBe(0)
  })

  test('sends the credentials that it is given', async () => {
    const seen: Headers[] = []
    const server = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      fetch({ headers }) {
        seen.push(headers)
        return Response.json({ accepted: 1 }, { status: 202 })
      },
    })
    using spool = openForwardedSpool()
    leave(spool.open(producer), { n: 1 })
    const url = `http://127.0.0.1:${server.port}`
    const env = { MINUTEBOOK_API_KEY: 'mb_secret' }
    const flags = ['--once', '--user', 'till:pass word', '--header', 'X-Tenant: a b']
    const run = await runCli({ url, env }, 'forward', '--spool', spool.path, ...flags)
    await server.stop(true)
    expect(run.code).toBe(0)
    expect(run.err).not.toContain('mb_secret')
    const names = ['x-api-key', 'authorization', 'x-tenant', 'minutebook-producer'] as const
    expect(names.map((name) => seen[0]?.get(name))).toEqual([
      'mb_secret',
      `Basic ${Buffer.from('till:pass word').toString('base64')}`,
      'a b',
      producer,
    ])
  })

  test('says what is wrong with its options', async () => {
    const url = 'http://127.0.0.1:9'
    const wrong = [
      [],
      ['--spool', '/tmp', '--url', 'ftp://x'],
      ['--spool', '/tmp', '--batch', '0'],
      ['--spool', '/tmp', '--header', 'no colon'],
      ['--spool', '/tmp', '--nothing'],
      ['--spool', '/tmp', 'word'],
    ]
    for (const args of wrong) expect((await runCli({ url }, 'forward', ...args)).code).toBe(2)
  })
})

describe('minutebook spool', () => {
  test('shows producers, what the server lacks, and dead letters', async () => {
    await using book = await openLoggedBook()
    using spool = openForwardedSpool()
    const sink = spool.open(producer)
    leave(sink, { n: 1, level: 'loud' })
    leaveMany(sink, 2, 6)
    await spool.forward(book.url)
    leaveMany(sink, 7, 9)
    const shown = await runCli({ url: book.url }, 'spool', spool.path, '--url', book.url)
    expect([shown.code, shown.err]).toEqual([0, ''])
    const [names, line] = shown.out.split('\n')
    expect(names?.split(/ +/)).toEqual([
      'producer',
      'facility',
      'pid',
      'segments',
      'bytes',
      'events',
      'oldest',
      'waiting',
      'missing',
    ])
    expect(line).toMatch(new RegExp(`^${producer}  shop .* 9  20.*Z +3 +0$`))
    expect(shown.out).toContain('3 events that the server does not have\nno forwarder is at work\n')
    expect(shown.out).toContain('1 dead letters, 0 segments set aside\n')
    const letters = await runCli({ url: book.url }, 'spool', spool.path, '--dead-letters')
    expect(JSON.parse(letters.out)).toMatchObject({
      producer,
      sequence: 1,
      code: 'level-unknown',
      event: { facility: 'shop', level: 'loud', event: 'order placed' },
    })
  })

  test('says what is wrong', async () => {
    const url = 'http://127.0.0.1:9'
    expect((await runCli({ url }, 'spool')).code).toBe(2)
    expect((await runCli({ url }, 'spool', '/nowhere-at-all')).code).toBe(1)
    using spool = openForwardedSpool()
    leave(spool.open(producer), { n: 1 })
    expect((await runCli({ url }, 'spool', spool.path, '--url', url)).code).toBe(1)
  })
})
