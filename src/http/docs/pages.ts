import { dirname, join } from 'node:path'
import { bytesAnswer, documentAnswer } from '../answer.ts'
import type { AppDependencies } from '../dependencies.ts'
import type { Call, Operation, QueryParameter } from '../operation.ts'
import { type ProblemCode, ProblemError, problems } from '../problem.ts'
import { appPaths, AppPages } from '../web/app-pages.ts'
import { openApiDocument } from './document.ts'
import { swaggerInit, swaggerPage } from './swagger-page.ts'

/** Pages for people, which are no part of the API and its document. */
export interface Page extends Pick<Operation, 'method' | 'path' | 'handle'> {
  /** Null: what a view of the web app keeps in its address is its own affair. */
  readonly query: readonly QueryParameter[] | null
}

const contentSecurity = [
  "default-src 'self'",
  // Swagger UI sets style attributes and shows images of its own as data URLs.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ')

const pageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': contentSecurity,
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
}

const assets: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
}

export function makePages(
  dependencies: AppDependencies,
  operations: readonly Operation[],
): readonly Page[] {
  let document: Promise<string> | null = null
  const app = new AppPages()
  const page = (path: string, handle: Page['handle']): Page => ({
    method: 'GET',
    path,
    query: [],
    handle,
  })
  return [
    ...appPaths.map((path) => ({ ...page(path, (call) => app.page(call)), query: null })),
    page('/assets/:file', (call) => app.file(call, call.path['file'] ?? '')),
    page('/swagger', () => html(swaggerPage)),
    page('/swagger/json', async (call) => {
      document ??= openApiDocument(operations, dependencies.version)
      const bytes = new Uint8Array(Buffer.from(await document))
      return bytesAnswer(call, bytes, { format: 'json' })
    }),
    page('/swagger/assets/:file', ({ path }) => asset(path['file'] ?? '')),
    page('/problems', (call) => documentAnswer(call, problems)),
    page('/problems/:code', (call) => explain(call, call.path['code'] ?? '')),
  ]
}

const html = (text: string): Response => new Response(text, { headers: pageHeaders })

function asset(file: string): Response {
  const cache = { 'cache-control': 'public, max-age=3600' }
  if (file === 'init.js') {
    const headers = { ...cache, 'content-type': 'text/javascript; charset=utf-8' }
    return new Response(swaggerInit, { headers })
  }
  const type = Object.hasOwn(assets, file) ? assets[file] : undefined
  if (type === undefined) throw new ProblemError('not-found', `there is no asset ${file}`)
  return new Response(Bun.file(join(assetDirectory(), file)), {
    headers: { ...cache, 'content-type': type },
  })
}

/** Swagger UI's files as its package ships them. */
function assetDirectory(): string {
  return dirname(Bun.resolveSync('swagger-ui-dist/package.json', import.meta.dir))
}

function explain(call: Call, code: string): Response {
  if (!Object.hasOwn(problems, code)) {
    throw new ProblemError('not-found', `there is no problem ${code}`)
  }
  const text = problems[code as ProblemCode] // It was just found among the codes.
  return documentAnswer(call, { code, ...text })
}
