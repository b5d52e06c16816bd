import type { Cors } from './cors.ts'
import { problem } from './problem.ts'

const loopbackHost = /^(localhost|127(\.\d{1,3}){3}|\[::1\]|[a-z0-9-]+\.localhost)(:\d{1,5})?$/i
const forwarding = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-forwarded-server',
  'x-real-ip',
  'via',
] as const

/** A Host that is none makes no URL: nothing can be asked of it. Null: it is one. */
export function guardHost({ url }: Request): Response | null {
  return URL.canParse(url) ? null : problem('host-not-allowed', 'the Host is missing, or none')
}

/**
 * Without a credential the server is for this machine alone. A proxy in front would make it public, a
 * foreign page could make a browser send requests, and a foreign name could be pointed at loopback: all
 * three are refused. Null: the request may pass.
 */
export function guardLoopback(request: Request, cors: Cors): Response | null {
  const { headers } = request
  const host = headers.get('host')
  if (host !== null && !loopbackHost.test(host)) {
    return problem('host-not-allowed', `${host} is not a loopback name`)
  }
  const foreign = guardSite(request, cors)
  if (foreign !== null) return foreign
  for (const name of forwarding) {
    if (headers.has(name)) return problem('forwarded', `the request carries ${name}`)
  }
  return null
}

/**
 * A browser sends the credentials it keeps with requests of foreign pages too: those are refused, whether
 * credentials are configured or not, unless the operator has named their origin.
 */
export function guardSite({ headers }: Request, cors: Cors): Response | null {
  const host = headers.get('host')
  const origin = headers.get('origin')
  if (cors.isAllowed(origin)) return null
  const site = headers.get('sec-fetch-site')
  if (site !== null && site !== 'same-origin' && site !== 'none') {
    return problem('cross-site', `a browser sent this from another site (${site})`)
  }
  if (origin !== null && origin !== `http://${host}` && origin !== `https://${host}`) {
    return problem('cross-site', `${origin} is another origin`)
  }
  return null
}
