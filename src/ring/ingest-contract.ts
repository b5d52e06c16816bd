export type * from '../ingest/contract.ts'
