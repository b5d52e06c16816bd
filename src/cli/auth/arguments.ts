import { parseArgs } from 'node:util'
import type { Grants } from '../../auth/contract.ts'
import type { CredentialKind } from '../../auth/credential.ts'

/** `minutebook auth ACTION NAME …`, read and checked. */
export interface AuthArguments {
  readonly action: (typeof actions)[number]
  readonly name: string
  readonly data: string
  readonly kind: CredentialKind
  readonly grants: Grants
  readonly expiresS: number | null
  readonly networks: readonly string[]
  readonly json: boolean
  /** With a new signing key every token ends. */
  readonly endTokens: boolean
}

const actions = ['add', 'list', 'revoke', 'rotate', 'remove', 'rotate-signing-key'] as const
const namelessActions = new Set<string>(['list', 'rotate-signing-key'])
const kinds: Readonly<Record<string, CredentialKind>> = {
  key: 'api-key',
  password: 'password',
  hmac: 'hmac',
}

const options = {
  data: { type: 'string' },
  kind: { type: 'string', default: 'key' },
  write: { type: 'string', multiple: true },
  read: { type: 'string', multiple: true },
  admin: { type: 'boolean', default: false },
  expires: { type: 'string' },
  network: { type: 'string', multiple: true },
  json: { type: 'boolean', default: false },
  'end-tokens': { type: 'boolean', default: false },
} as const

/** Throws Error saying what is wrong. */
export function readAuthArguments(args: readonly string[], dataDefault: string): AuthArguments {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
  const [first, name = '', ...more] = positionals
  const action = actions.find((each) => each === first)
  if (action === undefined)
    throw new Error(`the action is ${actions.join(', ')}, not '${first ?? ''}'`)
  if (more.length > 0) throw new Error(`'${more[0] ?? ''}' is one argument too many`)
  const isNameless = namelessActions.has(action)
  if (isNameless && name !== '') throw new Error(`auth ${action} takes no name`)
  if (!isNameless && name === '') throw new Error(`auth ${action} needs a name`)
  const kind = kinds[values.kind]
  if (kind === undefined) {
    throw new Error(`--kind is ${Object.keys(kinds).join(', ')}, not '${values.kind}'`)
  }
  return {
    action,
    name,
    kind,
    data: values.data ?? dataDefault,
    grants: {
      write: facilitiesOf(values.write),
      read: facilitiesOf(values.read),
      admin: values.admin,
    },
    expiresS: values.expires === undefined ? null : secondsOf(values.expires),
    networks: values.network ?? [],
    json: values.json,
    endTokens: values['end-tokens'],
  }
}

/** `--write all` is every facility; otherwise patterns, repeated or separated by commas. */
function facilitiesOf(given: readonly string[] | undefined): Grants['read'] {
  if (given === undefined) return null
  const patterns = given.flatMap((each) => each.split(',')).map((each) => each.trim())
  return patterns.includes('all') ? 'all' : patterns
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 }

function secondsOf(text: string): number {
  const match = /^(\d{1,9})([smhd])$/.exec(text)
  const seconds = Number(match?.[1]) * (unitSeconds[match?.[2] ?? ''] ?? Number.NaN)
  if (!(seconds > 0)) throw new Error(`--expires is a duration such as 90d or 12h, not '${text}'`)
  return seconds
}
