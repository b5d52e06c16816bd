import type { ElysiaSwaggerConfig } from '@elysiajs/swagger'
import { schemas } from './schemas.ts'
import { securitySchemes } from './security-schemes.ts'

type Documentation = NonNullable<ElysiaSwaggerConfig['documentation']>

/** What the OpenAPI document says of the whole. */
export function documentation(version: string): Documentation {
  const document: object = {
    openapi: '3.1.0',
    info: {
      title: 'Minutebook',
      version,
      summary: 'An independent logging server.',
      description: [
        'Services post structured events; each minute, once closed, is a page that does not change.',
        'Times are UTC: a minute is `2026-11-22T12:34Z`, an hour `2026-11-22T12Z`, a day `2026-11-22`.',
        'What gives events speaks JSON, NDJSON, msgpack and CSV, by `Accept` or by a suffix of the path (`.json`, `.ndjson`, `.msgpack`, `.csv`), which wins.',
        'A server that has credentials asks who you are: *Authorize* takes an API key, a user and a password, or a token. Each operation says what it needs.',
        'Errors are `application/problem+json` (RFC 9457) with a stable `code`. Unknown query parameters are refused. GET can be asked as HEAD.',
      ].join('\n\n'),
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'This server.' }],
    tags: [
      { name: 'events', description: 'Taking events in, and dropping them.' },
      { name: 'pages', description: 'Reading closed minutes.' },
      { name: 'questions', description: 'Searching events, and counting them.' },
      { name: 'access', description: 'Who may do what.' },
      { name: 'operations', description: 'Running the server.' },
    ],
    components: { schemas: schemas.definitions, securitySchemes },
  }
  // The package's types know OpenAPI 3.0 only; what it writes is what it is given.
  return document as Documentation
}
