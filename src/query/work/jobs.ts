import { catalogue } from '../catalogue/catalogue.ts'
import { eventContext } from '../context/context.ts'
import { fields } from '../fields/fields.ts'
import { values } from '../fields/values.ts'
import { search } from '../search/search.ts'
import { stats } from '../stats/stats.ts'
import { statsTable } from '../table/stats-table.ts'
import { valuesTable } from '../table/values-table.ts'
import type { JobTable } from './job-table.ts'
import { steady } from './steady.ts'

/** Every question that the query threads answer, by name. */
export const jobTable = {
  jobs: { catalogue: steady(catalogue), fields: steady(fields) },
  streams: {
    search,
    context: eventContext,
    stats: statsTable(steady(stats)),
    values: valuesTable(steady(values)),
  },
} as const satisfies JobTable

export type Jobs = typeof jobTable
