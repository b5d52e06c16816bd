import { jobTable } from './jobs.ts'
import { serveJobs } from './serve-jobs.ts'

/* The script of a query thread. */

serveJobs(jobTable)
