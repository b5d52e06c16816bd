import type { Ingest } from '../../ingest/contract.ts'
import { problem } from '../problem.ts'

export type ReadBody =
  | { readonly ok: true; readonly bytes: Uint8Array; release(): void }
  | { readonly ok: false; readonly response: Response }

const nothing = new Uint8Array(0)

/**
 * Reads a request's body whole, within the bound of one body and of all bodies in flight. What a
 * Content-Length announces is refused before a byte is buffered; a chunked body as soon as it passes.
 */
export async function readBody(
  request: Request,
  ingest: Ingest,
  bytesMax: number,
): Promise<ReadBody> {
  const announced = request.headers.get('content-length')
  if (announced === null) return readChunks(request, ingest, bytesMax)
  const bytes = Number(announced)
  if (bytes > bytesMax) return { ok: false, response: tooLarge(bytesMax) }
  if (!ingest.reserve(bytes)) return { ok: false, response: inFlightFull() }
  try {
    return { ok: true, bytes: await request.bytes(), release: () => ingest.release(bytes) }
  } catch (error) {
    ingest.release(bytes)
    throw error
  }
}

async function readChunks(request: Request, ingest: Ingest, bytesMax: number): Promise<ReadBody> {
  if (request.body === null) return { ok: true, bytes: nothing, release: () => {} }
  const chunks: Uint8Array[] = []
  let held = 0
  const release = (): void => ingest.release(held)
  try {
    for await (const chunk of request.body) {
      if (!ingest.reserve(chunk.length)) return refuse(release, inFlightFull())
      held += chunk.length
      if (held > bytesMax) return refuse(release, tooLarge(bytesMax))
      chunks.push(chunk)
    }
  } catch (error) {
    release()
    throw error
  }
  return {
    ok: true,
    bytes: chunks.length === 1 ? (chunks[0] ?? nothing) : Buffer.concat(chunks),
    release,
  }
}

function refuse(release: () => void, response: Response): ReadBody {
  release()
  return { ok: false, response }
}

const tooLarge = (bytesMax: number): Response =>
  problem('body-too-large', `a body has at most ${bytesMax} bytes`, { extra: { bytesMax } })

const inFlightFull = (): Response =>
  problem('in-flight-full', 'too many bytes of other bodies are being taken in', {
    headers: { 'retry-after': '1' },
  })
