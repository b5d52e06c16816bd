import type { ElysiaSwaggerConfig } from '@elysiajs/swagger'
import { schemas } from './schemas.ts'

/** What the generated OpenAPI document says of the whole. */
export function documentation(version: string): ElysiaSwaggerConfig<string> {
  const document: object = {
    openapi: '3.1.0',
    info: {
      title: 'Minutebook',
      version,
      description:
        'An independent logging server. Services post structured events; each minute, once closed, is a page that does not change. Errors are application/problem+json (RFC 9457) with a stable `code`.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'This server.' }],
    tags: [
      { name: 'events', description: 'Taking events in, and dropping them.' },
      { name: 'pages', description: 'Reading closed minutes.' },
      { name: 'operations', description: 'Running the server.' },
    ],
    components: { schemas: schemas.definitions },
  }
  return {
    path: '/swagger/generated',
    specPath: '/swagger/json',
    exclude: [/^\/swagger/],
    // The package's types know OpenAPI 3.0 only; what it writes is what it is given.
    documentation: document as NonNullable<ElysiaSwaggerConfig['documentation']>,
  }
}
