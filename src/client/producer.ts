import { randomBytes } from 'node:crypto'

/**
 * Who numbers events: 16 hex digits, made anew for each logger of each process, so that no two ever count
 * under the same name. Its events are numbered from 1.
 */
export const makeProducer = (): string => randomBytes(8).toString('hex')
