/**
 * The vocabulary of the benchmark's events: what a shop of 20 services logs. Everything here is a pure
 * function of its index, so that every run and every machine has the same words.
 */

/** A small counter-based generator (splitmix32): the same seed gives the same numbers. */
export function makeRandom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    let z = state
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return (z ^ (z >>> 15)) >>> 0
  }
}

export const facilities = [
  'checkout',
  'catalogue',
  'search',
  'payments',
  'identity',
  'sessions',
  'basket',
  'shipping',
  'inventory',
  'pricing',
  'reviews',
  'recommend',
  'mailer',
  'notifier',
  'gateway',
  'images',
  'reports',
  'scheduler',
  'ledger',
  'warehouse',
] as const

const subjects = [
  'payment authorisation',
  'order confirmation',
  'customer profile',
  'stock reservation',
  'delivery estimate',
  'price calculation',
  'search index',
  'session token',
  'upstream connection',
  'invoice document',
  'cache entry',
  'background job',
  'message queue',
  'product image',
  'address validation',
  'discount voucher',
  'audit record',
  'feature switch',
  'rate limit',
  'database transaction',
] as const
const predicates = [
  'completed without further action',
  'started by the customer request',
  'loaded from the cache',
  'written to the primary store',
  'refreshed after its expiry',
  'accepted by the remote service',
  'queued for later processing',
  'skipped because nothing had changed',
  'retried after a timeout',
  'compared with the previous version',
  'sent to all of its subscribers',
  'released by its owner',
  'checked against the current policy',
  'delivered to the next stage',
  'merged with a newer revision',
  'answered from the local replica',
  'recalculated for the new period',
  'rejected by the remote service',
  'abandoned after the last attempt',
  'split into several parts',
] as const
const resources = [
  'orders',
  'items',
  'customers',
  'invoices',
  'sessions',
  'vouchers',
  'prices',
  'stock',
  'parcels',
  'reviews',
  'images',
  'reports',
  'jobs',
  'tokens',
  'addresses',
] as const
const actions = ['', '/summary', '/history', '/status', '/export'] as const
const modules = [
  'router',
  'handler',
  'repository',
  'pool',
  'client',
  'codec',
  'scheduler',
  'middleware',
  'service',
  'transaction',
  'retry',
  'stream',
] as const
const faults = [
  'TimeoutError: the operation was aborted due to timeout',
  'ConnectionError: the server closed the connection unexpectedly',
  "TypeError: undefined is not an object (evaluating 'result.rows')",
  'ConflictError: the row was changed by another transaction',
  'ValidationError: the amount does not match the order',
  'RangeError: the offset is outside the bounds of the buffer',
] as const

const at = <T>(list: readonly T[], index: number): T => {
  const item = list[index % list.length]
  if (item === undefined) throw new RangeError('empty list')
  return item
}

export const eventStrings: readonly string[] = Array.from(
  { length: 400 },
  (_, i) => `${at(subjects, i * 7 + Math.floor(i / 20))} ${at(predicates, Math.floor(i / 20))}`,
)

/** 15 for each facility. */
export const paths: readonly string[] = Array.from({ length: 300 }, (_, i) => {
  const facility = facilities[Math.floor(i / 15)] ?? 'checkout'
  return `/api/v${1 + (i % 2)}/${facility}/${at(resources, i * 4)}${at(actions, i)}`
})

export const hosts: readonly string[] = Array.from(
  { length: 20 },
  (_, i) => `node-${String(i + 1).padStart(2, '0')}.eu`,
)

/** Stack traces of 5 to 12 lines, four for each event string. */
export function stackTrace(event: number, variant: number): string {
  const random = makeRandom(event * 4 + variant + 0x5eed)
  const lines: string[] = [at(faults, random())]
  const count = 4 + (random() % 8)
  for (let i = 0; i < count; i++) {
    const module = at(modules, random())
    const line = 10 + (random() % 890)
    lines.push(
      `    at ${module}.run${i} (/srv/app/src/${module}.ts:${line}:${3 + (random() % 60)})`,
    )
  }
  return lines.join('\n')
}

/** The usual level of each event string: 3 % of all events, weighted by frequency, are error or worse. */
export function levelsOf(weights: readonly number[]): readonly string[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const quota = new Map([
    ['emerg', 0.0002],
    ['alert', 0.0008],
    ['crit', 0.003],
    ['error', 0.026],
    ['warn', 0.05],
    ['notice', 0.06],
    ['debug', 0.35],
  ])
  const names = [...quota.keys()]
  return weights.map((weight, rank) => {
    const name = at(names, rank * 5 + 6)
    const left = (quota.get(name) ?? 0) * total
    const fits = weight <= left
    if (fits) quota.set(name, (left - weight) / total)
    return fits ? name : 'info'
  })
}

/** Cumulative weights 1/rank^s, scaled to 2^32. */
export function zipf(count: number, s: number): Float64Array {
  const sums = new Float64Array(count)
  let sum = 0
  for (let i = 0; i < count; i++) sums[i] = sum += (i + 1) ** -s
  for (let i = 0; i < count; i++) sums[i] = ((sums[i] ?? 0) / sum) * 2 ** 32
  return sums
}

/** The first index whose cumulative weight passes `point`. */
export function pick(sums: Float64Array, point: number): number {
  let low = 0
  let high = sums.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sums[middle] ?? 0) > point) high = middle
    else low = middle + 1
  }
  return low
}
