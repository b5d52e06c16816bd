import type { Need } from '../../../src/auth/contract.ts'

/*
 * What every operation asks of whoever calls it, written down by hand: what the server does is compared with this,
 * and the table in docs/SECURITY.md is made of it. An operation that is not here fails the tests.
 */

export interface Expectation {
  readonly need: Need | null
  /**
   * What a credential with the scope gets that is bound to other facilities than the events asked about: 200 is an
   * answer as if there were none. Null: facilities do not matter.
   */
  readonly foreign: 200 | 403 | 404 | null
  /** Status of a request that may be made. */
  readonly right: 200 | 201 | 202
  /** The request, once `{…}` are replaced by what has been prepared. */
  readonly target?: string
  readonly body?: object | (() => object)
}

const event = { facility: 'shop', level: 'info', event: 'order placed' }
const read = { need: 'read', foreign: 200, right: 200 } as const
const admin = { need: 'admin', foreign: null, right: 200 } as const
const anybody = { need: null, foreign: null, right: 200 } as const
const base = '/api/v1/eventqry'
let names = 0

export const expectations: Readonly<Record<string, Expectation>> = {
  'POST /api/v1/eventlog': { need: 'write', foreign: 403, right: 202, body: event },
  'DELETE /api/v1/eventlog': {
    ...admin,
    target: '/api/v1/eventlog?before=2026-11-22&dryRun=true',
  },
  'GET /api/v1/retention': admin,
  'GET /api/v1/redactions': admin,
  'GET /api/v1/eventqry': read,
  'GET /api/v1/eventqry/minutes': read,
  'GET /api/v1/eventqry/minutes/{minute}': read,
  'GET /api/v1/eventqry/hours/{hour}': read,
  'GET /api/v1/eventqry/days/{day}': read,
  'GET /api/v1/eventqry/events/{id}': { ...read, foreign: 404, target: `${base}/events/{event}` },
  'GET /api/v1/eventqry/events/{id}/context': {
    ...read,
    foreign: 404,
    target: `${base}/events/{event}/context`,
  },
  'GET /api/v1/eventqry/now': { ...read, foreign: 403 },
  'GET /api/v1/eventqry/pages/{digest}': { ...read, foreign: 403 },
  'GET /api/v1/eventqry/search': read,
  'GET /api/v1/eventqry/stats': read,
  'GET /api/v1/eventqry/fields': read,
  'GET /api/v1/eventqry/fields/{field}/values': { ...read, target: `${base}/fields/level/values` },
  'GET /api/v1/eventqry/catalogue': read,
  'GET /api/v1/eventqry/producers': { ...read, foreign: 403 },
  'GET /api/v1/producers': { ...read, foreign: 403 },
  'GET /api/v1/eventqry/tail': read,
  'GET /api/v1/me': { need: 'any', foreign: null, right: 200 },
  'POST /api/v1/tokens': { need: 'secret', foreign: null, right: 201 },
  'GET /api/v1/tokens': { need: 'any', foreign: null, right: 200 },
  'DELETE /api/v1/tokens/{id}': { need: 'any', foreign: null, right: 200, target: '{token}' },
  'GET /api/v1/credentials': admin,
  'POST /api/v1/credentials': {
    ...admin,
    right: 201,
    body: () => ({ name: `made-${names++}`, scopes: ['read'] }),
  },
  'POST /api/v1/credentials/{name}/rotate': { ...admin, target: '{credential}/rotate' },
  'POST /api/v1/credentials/{name}/revoke': { ...admin, target: '{credential}/revoke' },
  'DELETE /api/v1/credentials/{name}': { ...admin, target: '{credential}' },
  'GET /api/v1/signing-keys': admin,
  'POST /api/v1/signing-keys': { ...admin, right: 201, body: { endTokens: false } },
  'GET /health/live': anybody,
  'GET /health/ready': anybody,
  'GET /metrics': { ...read, foreign: 403 },
}

/** States of what a request shows, and what the table says of each. */
export const states = [
  'nothing',
  'wrong',
  'expired',
  'revoked',
  'from another network',
  'from a denied address',
  'other scopes',
  'other facilities',
  'right',
] as const
export type State = (typeof states)[number]

/** The status that a request with a credential in that state gets. */
export function expectedStatus({ need, foreign, right }: Expectation, state: State): number {
  if (need === null) return right
  switch (state) {
    case 'nothing':
    case 'wrong':
    case 'expired':
    case 'revoked':
    case 'from another network':
      return 401
    case 'from a denied address':
      return 403
    case 'other scopes':
      return need === 'any' || need === 'secret' ? right : 403
    case 'other facilities':
      return foreign === null || foreign === 200 ? right : foreign
    case 'right':
      return right
  }
}

const needs: Readonly<Record<Need, string>> = {
  write: '`write`',
  read: '`read`',
  admin: '`admin`',
  any: 'any credential',
  secret: 'a secret',
}

/** The table of docs/SECURITY.md. */
export function accessTable(): string {
  const [, ...shown] = states
  const rows = Object.entries(expectations).map(([name, expectation]) => {
    const { need } = expectation
    const cells = states.map((state) => String(expectedStatus(expectation, state)))
    return `| \`${name}\` | ${need === null ? '' : needs[need]} | ${cells.join(' | ')} |`
  })
  return [
    `| operation | needs | nothing | ${shown.join(' | ')} |`,
    `| --- | --- | ${states.map(() => '---').join(' | ')} |`,
    ...rows,
    '',
  ].join('\n')
}
