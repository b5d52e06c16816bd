import { afterAll, describe, expect, test } from 'bun:test'
import { createServer, type Socket } from 'node:net'
import { buildClient, runProgram, runtimes } from './runtimes.ts'
import { spoolDirectory } from './spool-directory.ts'

/* Whatever a server does to a connection, the client comes to an end with it and tries again. */

const client = buildClient()
afterAll(() => client[Symbol.dispose]())

const good = 'HTTP/1.1 202 Accepted\r\nContent-Length: 14\r\n\r\n{"accepted":1}'

/** What is done with a request, once its body has come. */
const ways: Readonly<Record<string, (socket: Socket) => void>> = {
  'never answers': () => {},
  'hangs up': (socket) => socket.destroy(),
  'breaks off inside its answer': (socket) =>
    socket.end('HTTP/1.1 202 Accepted\r\nContent-Length: 1000\r\n\r\n{'),
  'stops inside its answer': (socket) =>
    socket.write('HTTP/1.1 202 Accepted\r\nContent-Length: 1000\r\n\r\n{'),
  'answers no HTTP': (socket) => socket.end('220 mail.example ESMTP\r\n'),
  'answers with a page of its own': (socket) =>
    socket.end('HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n'),
}

/** Does so with the first two requests, and answers the third. */
function openServer(way: (socket: Socket) => void) {
  let requests = 0
  const server = createServer((socket) => {
    let text = ''
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1')
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1])
      const headEnd = text.indexOf('\r\n\r\n')
      if (headEnd < 0 || text.length < headEnd + 4 + length) return
      text = ''
      requests++
      if (requests <= 2) way(socket)
      else socket.write(good)
    })
  })
  return {
    listen: () =>
      new Promise<string>((resolve) =>
        server.listen(0, '127.0.0.1', () => {
          const address = server.address()
          resolve(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`)
        }),
      ),
    requests: () => requests,
    close: () => server.close(),
  }
}

for (const [runtime, command] of runtimes) {
  describe(`a client on ${runtime}`, () => {
    for (const [says, way] of Object.entries(ways)) {
      test(`tries again at a server that ${says}`, async () => {
        using fallback = spoolDirectory()
        const server = openServer(way)
        const url = await server.listen()
        const options = { url, timeoutMs: 200, fallback: fallback.path, end: 'flush' }
        const ended = await runProgram(command, client.path, 'log', options).end
        server.close()
        expect(ended.stdout).toContain('flushed true')
        expect(server.requests()).toBe(3)
        expect(ended.stderr).toStartWith('minutebook: unreachable: ')
      }, 20_000)
    }

    test('says in one plain line what a server says', async () => {
      using fallback = spoolDirectory()
      using server = Bun.serve({
        port: 0,
        hostname: '127.0.0.1',
        fetch: () => Response.json({ detail: 'no\r\nminutebook: fine\u001b[2J' }, { status: 401 }),
      })
      const url = `http://127.0.0.1:${server.port}`
      const options = { url, fallback: fallback.path, end: 'flush', flushMs: 500 }
      const ended = await runProgram(command, client.path, 'log', options).end
      expect(ended.stderr).toBe('minutebook: unauthorised: HTTP 401 no minutebook: fine [2J\n')
    }, 20_000)
  })
}
