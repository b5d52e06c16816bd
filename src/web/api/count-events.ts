import type { StatsAnswer } from './answers.ts'
import type { Api, Query } from './api.ts'

/** How many events a question finds. */
export async function countEvents(api: Api, query: Query, signal: AbortSignal): Promise<number> {
  const { rows } = await api.json<StatsAnswer>('/eventqry/stats', query, signal)
  return Number(rows[0]?.['count'] ?? 0)
}
