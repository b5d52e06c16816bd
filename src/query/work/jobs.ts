import { search } from '../search/search.ts'
import type { JobTable } from './job-table.ts'

/** Every question that the query threads answer, by name. */
export const jobTable = { jobs: {}, streams: { search } } as const satisfies JobTable

export type Jobs = typeof jobTable
