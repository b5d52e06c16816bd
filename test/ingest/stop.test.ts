import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clockAt, pass, startInProcess, tempDirectory } from '../server/in-process.ts'
import { post } from '../server/ask.ts'
import { TestNode } from './open-node.ts'
import { readPages } from './read-pages.ts'

const mount = mkdtempSync(join(tmpdir(), 'minutebook-stop-'))
const mounting = Bun.spawnSync(['mount', '-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', mount])
const canMount = mounting.exitCode === 0
if (!canMount) process.stderr.write('skipped: mounting a small tmpfs is not permitted here\n')

afterAll(() => {
  if (canMount) Bun.spawnSync(['umount', mount])
  rmSync(mount, { recursive: true, force: true })
})

const event = (n: number) => ({ facility: 'f', level: 'info', event: 'e', additional: { n } })

function fillUp(): string {
  const path = join(mount, 'ballast')
  const { bavail, bsize } = statfsSync(mount)
  writeFileSync(path, new Uint8Array(bavail * bsize - 64 * 1024))
  return path
}

test.skipIf(!canMount)(
  'a server stops while the closing of a minute waits for a full disk, and loses nothing',
  async () => {
    const clock = clockAt('2026-11-22T12:34:30Z')
    const server = await startInProcess(mount, clock, ['--disk-reserve-bytes', '0'])
    expect((await post(server.url, JSON.stringify([event(1)]))).status).toBe(202)
    const ballast = fillUp()
    pass(clock, 60_000)
    const closing = server.closeDue()
    const outcome = closing.then(
      () => 'closed',
      () => 'turned away',
    )
    const ready = `${server.url}/health/ready`
    const until = performance.now() + 10_000
    while ((await fetch(ready)).status !== 503) {
      if (performance.now() > until) throw new Error('waited in vain for the trouble')
    }
    await server.stop()
    expect(await outcome).toBe('turned away')
    let hasFailed = false
    void server.failed.then(() => (hasFailed = true))
    await new Promise((resolve) => setImmediate(resolve))
    expect(hasFailed).toBe(false)
    rmSync(ballast)
    const pages = await readPages(mount, clock, ['--disk-reserve-bytes', '0'])
    expect(pages.flatMap((page) => page.events.map(({ n }) => n))).toEqual([1])
  },
  20_000,
)

test.skipIf(!canMount)(
  'a server starts on a full disk, and closes what is over when there is space',
  async () => {
    const flags = ['--disk-reserve-bytes', '0', '--stop-timeout-ms', '100']
    const clock = clockAt('2026-11-22T13:34:30Z')
    const before = await startInProcess(mount, clock, flags)
    expect((await post(before.url, JSON.stringify([event(2)]))).status).toBe(202)
    await before.stop()
    const ballast = fillUp()
    pass(clock, 60_000)
    await using server = await startInProcess(mount, clock, flags)
    const minute = `${server.url}/api/v1/eventqry/minutes/2026-11-22T13:34Z`
    expect((await fetch(minute)).status).toBe(404)
    rmSync(ballast)
    await server.closeDue()
    expect((await fetch(minute)).status).toBe(200)
  },
  40_000,
)

test('a closing ends with an error when the book goes away under it', async () => {
  using data = tempDirectory()
  const clock = clockAt('2026-11-22T12:34:30Z')
  const node = await TestNode.open(data.path, clock)
  await node.post([event(1)])
  await node.book[Symbol.asyncDispose]()
  pass(clock, 60_000)
  await expect(node.closeDue()).rejects.toThrow('the book is closed')
  await node.stop()
})

test('a batch that waits for room is turned away by a stop, not kept waiting', async () => {
  using data = tempDirectory()
  const clock = clockAt('2026-11-22T12:34:30Z')
  const flags = ['--block-bytes', String(2 ** 20), '--ring-bytes', String(2 ** 24)]
  const node = await TestNode.open(data.path, clock, [...flags, '--ring-wait-ms', '60000'])
  const filler = 'x'.repeat(200_000)
  const batch = Array.from({ length: 100 }, (_, n) => ({
    ...event(n),
    additional: { n, filler: `${n}${filler}` },
  }))
  const posts = Array.from({ length: 8 }, () => node.post(batch))
  await Promise.race(posts)
  expect(node.recovered.ring.hasRoom()).toBe(false)
  const waiting = node.post([event(1)])
  await node.ingest.stop()
  expect(await waiting).toEqual({ kind: 'unavailable', reason: 'stopping', retryAfterS: 5 })
  expect((await Promise.all(posts)).map(({ kind }) => kind)).toContain('accepted')
  await node.stop()
})
