import type { ListedCredential } from '../../api/answers.ts'
import type { Api } from '../../api/api.ts'

/** A credential that is to be made, as docs/API.md has it. */
export interface WantedCredential {
  readonly name: string
  readonly kind: CredentialKind
  readonly scopes: readonly Scope[]
  readonly facilities: {
    readonly write?: readonly string[] | 'all'
    readonly read?: readonly string[] | 'all'
  }
  readonly networks: readonly string[]
  /** Seconds; left out: it does not expire. */
  readonly expiresIn?: number
  readonly password?: string
}

export const credentialKinds = ['api-key', 'password', 'hmac'] as const
export type CredentialKind = (typeof credentialKinds)[number]
export const allScopes = ['write', 'read', 'admin'] as const
export type Scope = (typeof allScopes)[number]

/** What is answered once: `secret` is null for a password, which the administrator has chosen. */
export type MadeCredential = ListedCredential & { readonly secret: string | null }

const base = '/api/v1/credentials'
const pathOf = (name: string): string => `${base}/${encodeURIComponent(name)}`

export async function postJson<T>(api: Api, url: string, body: object): Promise<T> {
  const headers = { 'content-type': 'application/json' }
  const response = await api.send('POST', url, { headers, body: JSON.stringify(body) })
  // The codec of the API, as in Api.json.
  return (await response.json()) as T
}

export const addCredential = (api: Api, wanted: WantedCredential): Promise<MadeCredential> =>
  postJson(api, base, wanted)

/** `password` of a password, null of the others. */
export const rotateCredential = (
  api: Api,
  name: string,
  password: string | null,
): Promise<MadeCredential> =>
  postJson(api, `${pathOf(name)}/rotate`, password === null ? {} : { password })

export const revokeCredential = (api: Api, name: string): Promise<ListedCredential> =>
  postJson(api, `${pathOf(name)}/revoke`, {})

export async function removeCredential(api: Api, name: string): Promise<void> {
  await api.send('DELETE', pathOf(name))
}

/** Names and patterns of a field, separated by commas or spaces. */
export const listed = (text: string): string[] => text.split(/[\s,]+/).filter((each) => each !== '')
