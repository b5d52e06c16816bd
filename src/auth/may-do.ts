import type { Grants, Scope } from './contract.ts'

export function mayDo(grants: Grants, scope: Scope): boolean {
  return scope === 'admin' ? grants.admin : grants[scope] !== null
}
