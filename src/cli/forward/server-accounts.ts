import type { ServerAccess } from '../access/server-access.ts'
import { askServer } from '../ask/ask-server.ts'

/** What the server says of a producer. */
export interface ServerAccount {
  readonly watermark: number
  readonly missing: number
}

/** Producers asked for in one request. */
const namesAtOnce = 100

/** The server's accounts of producers that it knows. Throws what `askServer` throws. */
export async function serverAccounts(
  url: string,
  access: ServerAccess,
  producers: readonly string[],
): Promise<Map<string, ServerAccount>> {
  const accounts = new Map<string, ServerAccount>()
  for (let at = 0; at < producers.length; at += namesAtOnce) {
    const names = producers.slice(at, at + namesAtOnce).map((name) => `producer=${name}`)
    const address = new URL(`/api/v1/eventqry/producers?${names.join('&')}`, url).href
    const response = await askServer(address, { accept: 'application/json', access })
    const { producers: list } = Object(await response.json())
    for (const each of Array.isArray(list) ? list : []) {
      const { producer, watermark, missing } = Object(each)
      accounts.set(String(producer), { watermark: Number(watermark), missing: Number(missing) })
    }
  }
  return accounts
}
