import type { AppDependencies } from '../dependencies.ts'
import { isUnchanged } from '../negotiate.ts'
import type { Call, Operation } from '../operation.ts'
import { ProblemError } from '../problem.ts'
import { invalid } from '../query-string.ts'
import { basePath } from './links.ts'
import { unchanged } from './page-operations.ts'
import { requireUnbound } from './selection-parameters.ts'
import { sendStallMs, sentStream } from './sent-stream.ts'

export function pageBytesOperation(dependencies: AppDependencies): Operation {
  return {
    method: 'GET',
    path: `${basePath}/pages/:digest`,
    operationId: 'getPageBytes',
    tag: 'pages',
    summary: "A page's own bytes",
    description:
      'The page as it is stored: its directory, then its blocks (docs/FORMAT.md). The digest is the SHA-256 of the directory, which holds those of the blocks, so mirrors and verifiers need not trust the server. These bytes never change.',
    pathParameters: [
      {
        name: 'digest',
        description: 'The digest in lower-case hex, as lists give it.',
        example: '5f3a0c1d8e7b6a5948372615f4e3d2c1b0a99887766554433221100ffeeddcc0',
      },
    ],
    query: [],
    answers: [
      {
        status: 200,
        description: 'The bytes.',
        content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
        headers: { ETag: 'The digest.' },
      },
      unchanged,
    ],
    problems: ['invalid-parameter', 'unknown-parameter', 'not-found', 'page-damaged', 'internal'],
    handle: (call) => getPageBytes(dependencies, call),
  }
}

async function getPageBytes(dependencies: AppDependencies, call: Call): Promise<Response> {
  requireUnbound(call.admitted)
  const digest = call.path['digest'] ?? ''
  if (!/^[0-9a-f]{64}$/.test(digest)) throw invalid('digest', 'is 64 lower-case hex digits')
  const etag = `"${digest}"`
  const headers = {
    'content-type': 'application/octet-stream',
    'cache-control': 'private, max-age=31536000, immutable',
    etag,
  }
  const page = await dependencies.pages.pageBytes(digest)
  if (page === null) throw new ProblemError('not-found', `no page has the digest ${digest}`)
  if (isUnchanged(call.request, etag)) {
    await page.stream.cancel()
    return new Response(null, { status: 304, headers })
  }
  return new Response(sentPage(dependencies, call, page.stream), { headers })
}

function sentPage(
  { metrics, log }: AppDependencies,
  call: Call,
  stream: ReadableStream<Uint8Array>,
): ReadableStream<Uint8Array> {
  call.connection.hold()
  return sentStream(stream, {
    stallMs: sendStallMs,
    sent: (bytes) => {
      metrics.traffic.responseBytes += bytes
    },
    ended: (error) => {
      call.connection.relax()
      if (error !== null) log.warn({ err: error }, 'an answer was cut')
    },
  })
}
