import { catalogue } from '../catalogue/catalogue.ts'
import { eventContext } from '../context/context.ts'
import { search } from '../search/search.ts'
import { stats } from '../stats/stats.ts'
import { statsTable } from '../table/stats-table.ts'
import type { JobTable } from './job-table.ts'

/** Every question that the query threads answer, by name. */
export const jobTable = {
  jobs: { catalogue },
  streams: { search, context: eventContext, stats: statsTable(stats) },
} as const satisfies JobTable

export type Jobs = typeof jobTable
