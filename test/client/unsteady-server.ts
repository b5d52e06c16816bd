/** What stands between a logger and a server, and does to requests what a test says. */
export interface UnsteadyServer extends Disposable {
  readonly url: string
  /** What came, in order. */
  readonly requests: SeenRequest[]
  /**
   * What is done with the next requests, one each; all later ones go through. A number is answered as such a status,
   * `lost` goes through, and is answered 504 all the same, `through` goes through.
   */
  readonly plan: (Plan | Response)[]
}

export type Plan = number | 'lost' | 'through'

export interface SeenRequest {
  readonly key: string
  readonly encoding: string | null
  readonly authorization: string | null
  readonly bytes: number
  readonly atMs: number
}

/** A proxy before `target`; null for one that only answers 202. */
export function openUnsteadyServer(target: string | null): UnsteadyServer {
  const requests: SeenRequest[] = []
  const plan: (Plan | Response)[] = []
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const body = await request.bytes()
      const { headers } = request
      requests.push({
        key: headers.get('idempotency-key') ?? '',
        encoding: headers.get('content-encoding'),
        authorization: headers.get('authorization'),
        bytes: body.length,
        atMs: performance.now(),
      })
      const step = plan.shift() ?? 'through'
      if (step instanceof Response) return step
      if (typeof step === 'number') return new Response('', { status: step })
      const answer =
        target === null
          ? new Response('{"accepted":1}', { status: 202 })
          : await fetch(`${target}${new URL(request.url).pathname}`, {
              method: 'POST',
              headers: Object.fromEntries(headers),
              body,
            })
      const text = await answer.text()
      return new Response(text, { status: step === 'lost' ? 504 : answer.status })
    },
  })
  return {
    url: `http://127.0.0.1:${server.port}`,
    requests,
    plan,
    [Symbol.dispose]: () => void server.stop(true),
  }
}
