import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { Grants } from '../../src/auth/contract.ts'
import { narrowedGrants } from '../../src/auth/narrowed.ts'
import { coversFacility, matchesFacility } from '../../src/event/facility-pattern.ts'
import { seedNote } from '../query/seed.ts'

const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*'), minLength: 1, maxLength: 8 })
const facility = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 10 })
const runs = { numRuns: 20_000, ...seedNote('narrowed rights') }

describe('a pattern covers another', () => {
  test('only if all that the other matches is matched by it', () => {
    const property = fc.property(pattern, pattern, facility, (wide, narrow, name) => {
      if (!coversFacility(wide, narrow) || !matchesFacility([narrow], name)) return
      expect(matchesFacility([wide], name)).toBe(true)
    })
    fc.assert(property, runs)
  })

  test('whenever that is so: otherwise there is a facility that shows it', () => {
    const property = fc.property(pattern, pattern, (wide, narrow) => {
      const witness = narrow.replaceAll('*', 'z')
      expect(matchesFacility([narrow], witness)).toBe(true)
      expect(coversFacility(wide, narrow)).toBe(matchesFacility([wide], witness))
    })
    fc.assert(property, runs)
  })
})

describe('the wanted part of rights', () => {
  const own: Grants = { write: ['shop-*'], read: 'all', admin: false }

  test('is all of them when nothing is said', () => {
    expect(narrowedGrants(own, {})).toEqual(own)
  })

  test('is never more than them', () => {
    const facilities = fc.option(fc.oneof(fc.constant('all' as const), fc.array(pattern)), {
      nil: undefined,
    })
    const wanted = fc.record({
      scopes: fc.option(fc.subarray(['write', 'read', 'admin'] as const), { nil: undefined }),
      facilities: fc.option(fc.record({ write: facilities, read: facilities }), { nil: undefined }),
    })
    const names = fc.array(facility)
    const mine: Grants = { write: ['a*'], read: ['*b', 'c'], admin: false }
    const property = fc.property(wanted, names, (asked, some) => {
      const part = narrowedGrants(mine, asked)
      if (typeof part === 'string') return
      expect(part.admin).toBe(false)
      for (const scope of ['write', 'read'] as const) {
        for (const name of some) {
          const had = matchesFacility(mine[scope] ?? [], name)
          if (!had) expect(matchesFacility(part[scope] ?? [], name)).toBe(false)
        }
      }
    })
    fc.assert(property, runs)
  })

  test('says what is asked for beyond them', () => {
    expect(narrowedGrants(own, { scopes: ['admin'] })).toBe('the scope admin')
    expect(narrowedGrants(own, { facilities: { write: 'all' } })).toBe('write all')
    expect(narrowedGrants(own, { facilities: { write: ['shop-1', 'db'] } })).toBe('write db')
    expect(narrowedGrants(own, { scopes: ['read'], facilities: { write: 'all' } })).toEqual({
      write: null,
      read: 'all',
      admin: false,
    })
  })
})
