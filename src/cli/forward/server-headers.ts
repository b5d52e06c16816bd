import { UsageError } from '../ask/flags.ts'

export interface Credentials {
  /** Sent as x-api-key. */
  readonly apiKey: string | null
  /** `NAME:PASSWORD`, for HTTP Basic. */
  readonly user: string | null
}

/** The headers of `--header 'NAME: VALUE'` and of the credentials. Throws UsageError. */
export function headersOf(
  lines: readonly string[],
  { apiKey, user }: Credentials,
): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {}
  if (apiKey !== null && apiKey !== '') headers['x-api-key'] = apiKey
  if (user !== null && user !== '') {
    headers['authorization'] = `Basic ${Buffer.from(user).toString('base64')}`
  }
  for (const line of lines) {
    const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x20-\x7e\t]*)$/.exec(line)
    const [, name = '', value = ''] = match ?? []
    if (name === '') throw new UsageError(`--header is 'NAME: VALUE', not '${line}'`)
    headers[name.toLowerCase()] = value
  }
  return headers
}
