import { request } from 'node:http'

export interface Asked {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly text: string
}

/** A name that is given twice is sent twice. */
export type SentHeaders = readonly (readonly [name: string, value: string])[]

/**
 * A GET, or a POST of JSON, from an address of loopback, such as 127.0.0.2, on a connection of its own: none of those that the
 * runtime keeps, which a server under attack may have closed.
 */
export function askFrom(
  address: string,
  url: string,
  headers: SentHeaders = [],
  body: string | null = null,
): Promise<Asked> {
  const { hostname, port, pathname, search } = new URL(url)
  const { promise, resolve, reject } = Promise.withResolvers<Asked>()
  const asking = request(
    {
      method: body === null ? 'GET' : 'POST',
      host: hostname,
      port: Number(port),
      path: pathname + search,
      localAddress: address,
      agent: false,
      headers: ['Host', `${hostname}:${port}`, ...lengthOf(body), ...headers.flat()],
    },
    (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(parts).toString()
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
      })
    },
  )
  asking.on('error', reject)
  asking.end(body ?? undefined)
  return promise
}

function lengthOf(body: string | null): readonly string[] {
  if (body === null) return []
  return ['Content-Type', 'application/json', 'Content-Length', String(Buffer.byteLength(body))]
}
