import { join, dirname } from 'node:path'
import type { AppDependencies } from '../dependencies.ts'
import { documentAnswer } from '../answer.ts'
import { problem, type ProblemCode, problems } from '../problem.ts'
import { QueryValues } from '../query-string.ts'
import { landingPage } from './landing.ts'
import { swaggerInit, swaggerPage } from './swagger-page.ts'

/** Pages for people, which are no part of the API and its document. */
export interface HtmlPage {
  readonly path: string
  handle(request: Request, params: Readonly<Record<string, string>>): Promise<Response> | Response
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

export const pageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': contentSecurity,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
}

const assets: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
}

export function pageOperations(dependencies: AppDependencies): readonly HtmlPage[] {
  return [
    {
      path: '/',
      handle: () => new Response(landingPage(dependencies), { headers: pageHeaders }),
    },
    {
      path: '/swagger',
      handle: () => new Response(swaggerPage, { headers: pageHeaders }),
    },
    {
      path: '/swagger/assets/:file',
      handle: (_request, { file = '' }) => asset(file),
    },
    {
      path: '/problems/:code',
      handle: (request, { code = '' }) => explain(request, code),
    },
  ]
}

function asset(file: string): Response {
  const cache = { 'cache-control': 'public, max-age=3600', 'x-content-type-options': 'nosniff' }
  if (file === 'init.js') {
    const headers = { ...cache, 'content-type': 'text/javascript; charset=utf-8' }
    return new Response(swaggerInit, { headers })
  }
  const type = assets[file]
  if (type === undefined) return problem('not-found', `there is no asset ${file}`)
  return new Response(Bun.file(join(assetDirectory(), file)), {
    headers: { ...cache, 'content-type': type },
  })
}

/** Swagger UI's files as its package ships them. */
function assetDirectory(): string {
  return dirname(Bun.resolveSync('swagger-ui-dist/package.json', import.meta.dir))
}

function explain(request: Request, code: string): Response {
  if (!Object.hasOwn(problems, code)) return problem('not-found', `there is no problem ${code}`)
  const text = problems[code as ProblemCode] // It was just found among the codes.
  const call = {
    request,
    path: {},
    query: new QueryValues(new URLSearchParams()),
    suffix: null,
    isHead: false,
  }
  return documentAnswer(call, { code, ...text })
}
