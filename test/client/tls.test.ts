import { afterAll, describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SpoolReader } from '../../src/client/spool/reader.ts'
import { buildClient, runProgram, runtimes } from './runtimes.ts'
import { spoolDirectory } from './spool-directory.ts'

/* Over https the client trusts the certificate that it was given, and shows its own. */

const client = buildClient()
const pems = spoolDirectory()
afterAll(() => {
  client[Symbol.dispose]()
  pems[Symbol.dispose]()
})

interface Pair {
  readonly cert: string
  readonly key: string
}

/** A self-signed certificate of this machine. */
function makePair(name: string): Pair {
  const [cert, key] = [join(pems.path, `${name}.pem`), join(pems.path, `${name}-key.pem`)]
  const made = Bun.spawnSync(
    [
      [
        'openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2'.split(
          ' ',
        ),
      ],
      ['-keyout', key, '-out', cert, '-subj', `/CN=${name}`],
      ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
    ].flat(2),
  )
  if (made.exitCode !== 0) throw new Error(made.stderr.toString())
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
}

const hasOpenssl = Bun.which('openssl') !== null

describe.skipIf(!hasOpenssl)('a server with a certificate of its own', () => {
  for (const [runtime, command] of runtimes) {
    for (const [says, wantsClient] of [
      ['that anyone may ask', false],
      ['that wants to see one of its clients', true],
    ] as const) {
      test(`${says}, and a client on ${runtime}`, async () => {
        const own = makePair('server')
        const mine = makePair('client')
        let posts = 0
        using server = Bun.serve({
          port: 0,
          hostname: '127.0.0.1',
          tls: wantsClient
            ? { ...own, ca: mine.cert, requestCert: true, rejectUnauthorized: true }
            : own,
          fetch() {
            posts++
            return new Response('{"accepted":1}', { status: 202 })
          },
        })
        /** How many posts came of one event; what did not come is kept. */
        const log = async (tls: object): Promise<number> => {
          using fallback = spoolDirectory()
          const url = `https://127.0.0.1:${server.port}`
          const options = { url, tls, fallback: fallback.path, exitFlushMs: 1_500 }
          const before = posts
          await runProgram(command, client.path, 'log', options).end
          const kept = [...new SpoolReader({ directory: fallback.path }).batches()].length
          expect(posts - before + kept).toBe(1)
          return posts - before
        }
        expect(await log({ ca: own.cert, ...mine })).toBe(1)
        expect(await log({})).toBe(0)
        expect(await log({ ca: mine.cert, ...mine })).toBe(0)
        if (wantsClient) expect(await log({ ca: own.cert })).toBe(0)
      }, 30_000)
    }
  }
})
