import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { chooseClosed, type ConnectionLimits } from '../../../src/http/connections/choose-closed.ts'
import type { HeldConnection, Quiet } from '../../../src/http/connections/contract.ts'

interface Known extends HeldConnection {
  readonly quiet: Quiet
}

/** Connections of addresses by their number, each idle for as many seconds as its place among them. */
function held(counts: Readonly<Record<string, number>>): Known[] {
  let descriptor = 10
  return Object.entries(counts).flatMap(([address, count]) =>
    Array.from({ length: count }, (_, n) => ({
      descriptor: descriptor++,
      address,
      from: address,
      quiet: { receivedMs: n * 1_000, sentMs: n * 1_000 },
    })),
  )
}

function choose(
  connections: readonly Known[],
  limits: ConnectionLimits,
  proxies: readonly string[] = [],
) {
  const quiet = new Map(connections.map((each) => [each.descriptor, each.quiet]))
  return chooseClosed(connections, {
    limits,
    isExempt: (address) => proxies.includes(address),
    quiet: (descriptor) => quiet.get(descriptor) ?? { receivedMs: 0, sentMs: 0 },
  })
}

const countOf = (closed: ReturnType<typeof choose>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(Object.groupBy(closed, ({ connection }) => connection.from)).map(
      ([from, list]) => [from, list?.length ?? 0],
    ),
  )

describe('too many connections', () => {
  test('of one address are closed, and those of others stay', () => {
    const closed = choose(held({ a: 9, b: 5, c: 2 }), { max: 0, perAddressMax: 5 })
    expect(countOf(closed)).toEqual({ a: 4 })
    expect(closed.every(({ why }) => why === 'per-address')).toBe(true)
    expect(choose(held({ a: 9 }), { max: 9, perAddressMax: 0 })).toEqual([])
  })

  test('in all are taken from whoever has the most, down to one level', () => {
    const closed = choose(held({ a: 9, b: 5, c: 2 }), { max: 8, perAddressMax: 0 })
    expect(countOf(closed)).toEqual({ a: 6, b: 2 })
    expect(countOf(choose(held({ a: 1, b: 1, c: 1 }), { max: 1, perAddressMax: 0 }))).toEqual({
      a: 1,
      b: 1,
    })
  })

  test('of a proxy are as many as it likes, and go last', () => {
    const limits = { max: 10, perAddressMax: 5 }
    const closed = choose(held({ proxy: 8, a: 6, b: 1 }), limits, ['proxy'])
    expect(countOf(closed)).toEqual({ a: 5 })
    expect(countOf(choose(held({ proxy: 12, a: 1 }), limits, ['proxy']))).toEqual({
      a: 1,
      proxy: 2,
    })
  })

  test('are those that have been idle for longest', () => {
    const connections = held({ a: 6 })
    const closed = choose(connections, { max: 0, perAddressMax: 4 })
    expect(closed.map(({ connection }) => connection.descriptor)).toEqual([15, 14])
  })

  test('are no streams while there is anything else', () => {
    const [first, second, ...rest] = held({ a: 4 })
    if (first === undefined || second === undefined) throw new Error('there are four')
    const tail = { ...first, quiet: { receivedMs: 600_000, sentMs: 14_000 } }
    const slow = { ...second, quiet: { receivedMs: 100, sentMs: 50_000 } }
    const closed = choose([tail, slow, ...rest], { max: 0, perAddressMax: 1 })
    expect(closed.map(({ connection }) => connection.descriptor)).not.toContain(tail.descriptor)
    expect(closed).toHaveLength(3)
  })

  test('of a network around a proxy are not counted with it', () => {
    const [proxy, other] = held({ '2001:db8::1': 7, '2001:db8::2': 6 }).reduce<[Known[], Known[]]>(
      ([one, two], each) => {
        const known = { ...each, from: '2001:db8::/64' }
        return each.address === '2001:db8::1' ? [[...one, known], two] : [one, [...two, known]]
      },
      [[], []],
    )
    const closed = choose([...other, ...proxy], { max: 0, perAddressMax: 5 }, ['2001:db8::1'])
    expect(closed.map(({ connection }) => connection.address)).toEqual(['2001:db8::2'])
  })
})

test('whoever comes, the bounds hold, nothing is closed twice, and no more than must be', () => {
  const counts = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'p', 'q'), fc.nat(40))
  fc.assert(
    fc.property(counts, fc.nat(60), fc.nat(30), (given, max, perAddressMax) => {
      const connections = held(given)
      const proxies = ['p', 'q']
      const closed = choose(connections, { max, perAddressMax }, proxies)
      const descriptors = closed.map(({ connection }) => connection.descriptor)
      expect(new Set(descriptors).size).toBe(descriptors.length)
      const left = connections.length - closed.length
      const over = Object.entries(given).map(([address, count]) =>
        perAddressMax === 0 || proxies.includes(address) ? 0 : Math.max(0, count - perAddressMax),
      )
      const perAddress = over.reduce((sum, count) => sum + count, 0)
      const allowed = connections.length - perAddress
      expect(left).toBe(max === 0 ? allowed : Math.min(max, allowed))
      const kept = connections.filter(({ descriptor }) => !descriptors.includes(descriptor))
      const each = Object.groupBy(kept, ({ from }) => from)
      for (const [address, list] of Object.entries(each)) {
        if (perAddressMax > 0 && !proxies.includes(address)) {
          expect(list?.length ?? 0).toBeLessThanOrEqual(perAddressMax)
        }
      }
    }),
  )
})
