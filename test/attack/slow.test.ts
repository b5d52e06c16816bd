import { afterAll, beforeAll, expect, test } from 'bun:test'
import { connect, type Socket } from 'node:net'
import { numbered, post } from '../server/ask.ts'
import { type ServerProcess, startServer, until } from '../server/process.ts'

/* Both this process and the server need a descriptor for each connection. */
const descriptors = Number(
  Bun.spawnSync(['sh', '-c', 'ulimit -n']).stdout.toString().trim().replace('unlimited', '65536'),
)
const slowCount = Math.max(100, Math.min(10_000, descriptors - 512))
if (slowCount < 10_000) process.stderr.write(`only ${slowCount} slow connections: ulimit -n\n`)

let server: ServerProcess
const open: Socket[] = []

beforeAll(async () => {
  server = await startServer()
})
afterAll(async () => {
  for (const socket of open) socket.destroy()
  await server[Symbol.asyncDispose]()
})

/** Connections that have sent the beginning of something, a hundred at a time. */
async function openSlow(count: number, beginning: string): Promise<void> {
  const { hostname, port } = new URL(server.url)
  for (let made = 0; made < count; made += 100) {
    await Promise.all(
      Array.from({ length: Math.min(100, count - made) }, async () => {
        const socket = connect(Number(port), hostname)
        socket.on('error', () => {})
        open.push(socket)
        await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve))
        socket.write(beginning)
      }),
    )
  }
}

test('thousands of half-sent heads and bodies keep nobody from being served', async () => {
  const head = 'POST /api/v1/eventlog HTTP/1.1\r\nHost: localhost\r\n'
  const third = Math.floor(slowCount / 3)
  await openSlow(third, `${head}X-Slow: `)
  await openSlow(
    third,
    `${head}Content-Type: application/json\r\nContent-Length: 900\r\n\r\n{"facility`,
  )
  await openSlow(third, `${head}Transfer-Encoding: chunked\r\n\r\n5\r\n{"fac`)
  expect(open.filter((socket) => !socket.destroyed).length).toBeGreaterThanOrEqual(third * 3 - 10)
  for (let n = 0; n < 50; n++) {
    const { status } = await post(server.url, JSON.stringify(numbered(n)))
    expect(status).toBe(202)
    const asked = await fetch(`${server.url}/api/v1/eventqry`)
    expect(asked.status).toBe(200)
    await asked.bytes()
  }
  for (const socket of open.splice(0)) socket.destroy()
  await until('what the slow bodies held is free again', 10_000, async () => {
    const answer = await fetch(`${server.url}/metrics`)
    return /^minutebook_in_flight_bytes(\{[^}]*\})? 0$/m.test(await answer.text())
  })
}, 60_000)
