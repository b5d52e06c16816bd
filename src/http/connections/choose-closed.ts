import type { ClosedConnection, ClosedWhy, HeldConnection, Quiet } from './contract.ts'

export interface ConnectionLimits {
  /** Connections in all; 0: no bound. */
  readonly max: number
  /** Of one address; 0: no bound. */
  readonly perAddressMax: number
}

export interface Choice {
  readonly limits: ConnectionLimits
  /** Whether an address is that of a proxy, behind which many may be. */
  readonly isExempt: (address: string) => boolean
  readonly quiet: (descriptor: number) => Quiet
}

/** What has been sent so long after the last bytes came is a stream, such as a live tail. */
const streamingMs = 5_000

interface Ranked {
  readonly connection: HeldConnection
  readonly isStream: boolean
  readonly idleMs: number
}

/**
 * The connections that are too many: first those of an address beyond its bound, then those beyond the bound
 * in all, of the addresses that have the most; proxies come last. Of one address, those go that have been
 * idle for longest, and streams only when nothing else is left.
 */
export function chooseClosed(
  connections: readonly HeldConnection[],
  { limits, isExempt, quiet }: Choice,
): readonly ClosedConnection[] {
  const { max, perAddressMax } = limits
  const closed: ClosedConnection[] = []
  const close = (ranked: readonly Ranked[], why: ClosedWhy): void => {
    for (const { connection } of ranked) closed.push({ connection, why })
  }
  const bounded: Ranked[][] = []
  const proxies: Ranked[][] = []
  for (const { isProxy, held } of groups(connections, isExempt)) {
    const excess = perAddressMax === 0 || isProxy ? 0 : Math.max(0, held.length - perAddressMax)
    // Whoever has no more than allowed is looked at only where the bound in all is passed.
    if (excess === 0 && (max === 0 || connections.length <= max)) continue
    const ranked = held.map((connection) => rank(connection, quiet)).toSorted(idlestFirst)
    close(ranked.slice(0, excess), 'per-address')
    const rest = isProxy ? proxies : bounded
    rest.push(ranked.slice(excess))
  }
  const excess = max === 0 ? 0 : connections.length - closed.length - max
  if (excess <= 0) return closed
  const fromBounded = fromLargest(bounded, excess)
  close(fromBounded, 'in-all')
  close(fromLargest(proxies, excess - fromBounded.length), 'in-all')
  return closed
}

interface Group {
  readonly isProxy: boolean
  readonly held: HeldConnection[]
}

function groups(
  connections: readonly HeldConnection[],
  isExempt: Choice['isExempt'],
): Iterable<Group> {
  const byFrom = new Map<string, Group>()
  const byAddress = new Map<string, Group>()
  for (const connection of connections) {
    const { address, from } = connection
    let group = byAddress.get(address)
    if (group === undefined) {
      const isProxy = isExempt(address)
      // A proxy is not counted with the network around it.
      const key = isProxy ? address : from
      group = byFrom.get(key) ?? { isProxy, held: [] }
      byFrom.set(key, group)
      byAddress.set(address, group)
    }
    group.held.push(connection)
  }
  return byFrom.values()
}

function rank(connection: HeldConnection, quiet: Choice['quiet']): Ranked {
  const { receivedMs, sentMs } = quiet(connection.descriptor)
  const isStream = receivedMs - sentMs >= streamingMs
  return { connection, isStream, idleMs: Math.min(receivedMs, sentMs) }
}

const idlestFirst = (a: Ranked, b: Ranked): number =>
  Number(a.isStream) - Number(b.isStream) || b.idleMs - a.idleMs

/** `count` of them, of the largest groups down to one level. Each group is ranked. */
function fromLargest(ranked: readonly (readonly Ranked[])[], count: number): readonly Ranked[] {
  if (count <= 0) return []
  const level = levelOf(
    ranked.map(({ length }) => length),
    count,
  )
  const above = ranked.map((group) => group.slice(0, Math.max(0, group.length - level - 1)))
  // Those that lie just above the level: not all of them may have to go.
  const last = ranked.flatMap((group, index) => {
    const next = group[above[index]?.length ?? 0]
    return group.length > level && next !== undefined ? [next] : []
  })
  const certain = above.flat()
  return [...certain, ...last.toSorted(idlestFirst).slice(0, count - certain.length)]
}

/** The highest number that each group may keep, so that at least `count` go, or all. */
function levelOf(sizes: readonly number[], count: number): number {
  const gone = (level: number): number =>
    sizes.reduce((sum, size) => sum + Math.max(0, size - level), 0)
  let low = 0
  let high = sizes.reduce((most, size) => Math.max(most, size), 0)
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (gone(middle) >= count) low = middle
    else high = middle - 1
  }
  return low
}
