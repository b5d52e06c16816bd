import type { TailRequest } from '../../../src/query/tail/contract.ts'

/** A live tail without a filter, which is silent of itself. */
export const everything: TailRequest = {
  selection: {
    clock: 'received',
    from: null,
    to: null,
    filter: { facility: null, level: null, event: null },
    query: { type: 'all' },
  },
  fields: null,
  after: null,
  heartbeatMs: 60_000,
}
