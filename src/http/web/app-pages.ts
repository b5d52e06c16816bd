import Negotiator from 'negotiator'
import { isUnchanged } from '../negotiate.ts'
import type { Call } from '../operation.ts'
import { ProblemError } from '../problem.ts'
import { type AppFile, type BuiltApp, fileEncodings, type FileEncoding } from './built-app.ts'

/** The views of the web app: one page answers all of them, and finds its view by the path. */
export const appPaths = [
  '/',
  '/catalogue',
  '/explore',
  '/tail',
  '/stats',
  '/admin',
  '/sign-in',
] as const

/** Scripts, styles and requests are our own, and no script may turn text into HTML. */
const contentSecurity = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}

/** The web app's page and files. They are read, or built, by the first request for one. */
export class AppPages {
  readonly #load: () => Promise<BuiltApp>
  #app: Promise<BuiltApp> | null = null

  constructor(load?: () => Promise<BuiltApp>) {
    // What builds is loaded only when it is needed.
    this.#load = load ?? (() => import('./stored-app.ts').then(({ loadApp }) => loadApp()))
  }

  /** The page of every view: always asked for anew, and answered 304 while it is the same. */
  async page(call: Call): Promise<Response> {
    const { page } = await this.#loaded()
    return fileAnswer(call, page, {
      'cache-control': 'no-cache',
      'content-security-policy': contentSecurity,
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    })
  }

  /** A file with a hash in its name never changes. */
  async file(call: Call, name: string): Promise<Response> {
    const { files } = await this.#loaded()
    const file = files.find((each) => each.name === name)
    if (file === undefined) throw new ProblemError('not-found', `there is no asset ${name}`)
    return fileAnswer(call, file, { 'cache-control': 'public, max-age=31536000, immutable' })
  }

  async #loaded(): Promise<BuiltApp> {
    this.#app ??= this.#load()
    try {
      return await this.#app
    } catch (error) {
      // The next request tries again.
      this.#app = null
      throw error
    }
  }
}

function fileAnswer(
  call: Call,
  file: AppFile,
  special: Readonly<Record<string, string>>,
): Response {
  const encoding = encodingOf(call.request)
  const etag = `"${Bun.hash.xxHash3(file.plain).toString(36)}-${encoding}"`
  const ending = file.name.slice(file.name.lastIndexOf('.') + 1)
  const headers: Record<string, string> = {
    ...special,
    'content-type': types[ending] ?? 'application/octet-stream',
    vary: 'Accept-Encoding',
    etag,
  }
  if (isUnchanged(call.request, etag)) return new Response(null, { status: 304, headers })
  if (encoding !== 'identity') headers['content-encoding'] = encoding
  const body = encoding === 'identity' ? file.plain : file.compressed[encoding]
  call.traffic.responseBytes += body.length
  return new Response(body, { headers })
}

/** The smallest of what the client takes. */
function encodingOf(request: Request): FileEncoding | 'identity' {
  const header = request.headers.get('accept-encoding')
  if (header === null) return 'identity'
  const allowed = new Negotiator({ headers: { 'accept-encoding': header } }).encodings()
  return fileEncodings.find((encoding) => allowed.includes(encoding)) ?? 'identity'
}
