import { coversFacility } from '../event/facility-pattern.ts'
import { type Grants, type Scope, scopes } from './contract.ts'
import { mayDo } from './may-do.ts'

/** What is asked for of somebody's rights. Left out: all of it. */
export interface WantedGrants {
  readonly scopes?: readonly Scope[] | undefined
  readonly facilities?:
    | {
        readonly write?: readonly string[] | 'all' | undefined
        readonly read?: readonly string[] | 'all' | undefined
      }
    | undefined
}

/** The wanted part of `own`; a text says what it asks that `own` does not have. */
export function narrowedGrants(own: Grants, wanted: WantedGrants): Grants | string {
  const chosen = wanted.scopes ?? scopes.filter((scope) => mayDo(own, scope))
  const missing = chosen.find((scope) => !mayDo(own, scope))
  if (missing !== undefined) return `the scope ${missing}`
  const narrowed = { write: own.write, read: own.read }
  for (const scope of ['write', 'read'] as const) {
    if (!chosen.includes(scope)) {
      narrowed[scope] = null
      continue
    }
    const patterns = wanted.facilities?.[scope] ?? own[scope]
    const wide = tooWide(own[scope], patterns)
    if (wide !== null) return `${scope} ${wide}`
    narrowed[scope] = patterns
  }
  return { ...narrowed, admin: chosen.includes('admin') }
}

/** The first pattern that reaches beyond `own`. */
function tooWide(own: Grants['read'], wanted: Grants['read']): string | null {
  if (own === 'all' || own === null || wanted === null) return null
  if (wanted === 'all') return 'all'
  return wanted.find((pattern) => !own.some((each) => coversFacility(each, pattern))) ?? null
}
