/** The header of an API key or a token. */
export const bearerOf = (key: string): string => `Bearer ${key}`

/** The header of a name and a password (RFC 7617), in UTF-8. */
export function basicOf(name: string, password: string): string {
  const bytes = new TextEncoder().encode(`${name}:${password}`)
  return `Basic ${btoa(String.fromCharCode(...bytes))}`
}
