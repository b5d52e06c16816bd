import { catalogue } from '../catalogue/catalogue.ts'
import { search } from '../search/search.ts'
import type { JobTable } from './job-table.ts'

/** Every question that the query threads answer, by name. */
export const jobTable = { jobs: { catalogue }, streams: { search } } as const satisfies JobTable

export type Jobs = typeof jobTable
