/**
 * What every answer carries: a browser that is led to one neither guesses its type, nor shows it in a frame,
 * nor runs anything in it. Pages say more precisely what they need.
 */
export const securityHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
}

const all = Object.entries(securityHeaders)

/** Sets those that the answer has not set itself. */
export function secure(headers: Headers): void {
  for (const [name, value] of all) if (!headers.has(name)) headers.set(name, value)
}
