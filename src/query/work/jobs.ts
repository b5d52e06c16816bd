import { catalogue } from '../catalogue/catalogue.ts'
import { eventContext } from '../context/context.ts'
import { fields } from '../fields/fields.ts'
import { values } from '../fields/values.ts'
import { search } from '../search/search.ts'
import { stats } from '../stats/stats.ts'
import { statsTable } from '../table/stats-table.ts'
import { valuesTable } from '../table/values-table.ts'
import type { JobTable } from './job-table.ts'

/** Every question that the query threads answer, by name. */
export const jobTable = {
  jobs: { catalogue, fields },
  streams: { search, context: eventContext, stats: statsTable(stats), values: valuesTable(values) },
} as const satisfies JobTable

export type Jobs = typeof jobTable
