import type { Static, TSchema } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { sha256Hex } from '../auth/secret.ts'
import type { AppDependencies } from './dependencies.ts'
import { bodyLimits, readBody } from './eventlog/read-body.ts'
import type { Call } from './operation.ts'
import { problem, ProblemError } from './problem.ts'

/** Of the documents that manage the server; batches of events have limits of their own. */
export const documentBytesMax = 64 * 1024

/** How long one may take, unless batches must be quicker. */
const documentTimeoutMs = 10_000

/**
 * The JSON document of a request, checked; an empty body is an empty object. A response says what is wrong
 * with it. Every POST that is no batch reads its body here, if only to compare it with what was signed.
 */
export async function readJson<T extends TSchema>(
  { ingest, bodyTimeoutMs }: Pick<AppDependencies, 'ingest' | 'bodyTimeoutMs'>,
  { request, connection, admitted }: Call,
  schema: T,
): Promise<Static<T> | Response> {
  const limits = bodyLimits({
    batchBytesMax: documentBytesMax,
    bodyTimeoutMs: Math.min(bodyTimeoutMs, documentTimeoutMs),
  })
  const read = await readBody(request, ingest, limits, connection)
  if (!read.ok) return read.response
  try {
    const { bodySha256 } = admitted
    if (bodySha256 !== null && sha256Hex(read.bytes) !== bodySha256) {
      return problem('signature-refused', 'the body is not the one that was signed')
    }
    return checked(read.bytes, schema)
  } finally {
    read.release()
  }
}

function checked<T extends TSchema>(bytes: Uint8Array, schema: T): Static<T> {
  const value = bytes.length === 0 ? {} : parse(bytes)
  if (Value.Check(schema, value)) return value
  const first = Value.Errors(schema, value).First()
  const pointer = first?.path ?? ''
  throw new ProblemError('body-invalid', `${pointer || 'the body'}: ${first?.message ?? 'wrong'}`, {
    extra: { pointer },
  })
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new ProblemError('body-invalid', 'the body is no JSON', { extra: { pointer: '' } })
  }
}
