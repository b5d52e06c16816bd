import { swagger } from '@elysiajs/swagger'
import { Elysia } from 'elysia'
import type { Operation } from '../operation.ts'
import { detailOf } from './detail.ts'
import { documentation } from './documentation.ts'

/** Where the generator puts what it makes, inside this file only: its own page would load from a CDN. */
const specPath = '/document/json'

/**
 * The OpenAPI document of the operations, by @elysiajs/swagger. It has an application of its own, whose
 * routes answer nothing.
 */
export async function openApiDocument(
  operations: readonly Operation[],
  version: string,
): Promise<string> {
  const app = new Elysia().use(
    swagger({ path: '/document', specPath, documentation: documentation(version) }),
  )
  for (const operation of operations) {
    app.route(operation.method, operation.path, () => '', { detail: detailOf(operation) })
  }
  const response = await app.handle(new Request(`http://localhost${specPath}`))
  return response.text()
}
