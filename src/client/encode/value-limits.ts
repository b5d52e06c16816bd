import { defaultLimits } from '../../event/limits.ts'

/** Bounds on what one event may carry, within what a server takes: see docs/CLIENT.md. */
export interface ValueLimits {
  /** UTF-16 units of one text; the rest is cut and counted. */
  readonly textUnitsMax: number
  /** Bytes of one Buffer. */
  readonly binaryBytesMax: number
  /** Items of one array, Set or Map. */
  readonly itemsMax: number
  /** Names of all objects of an event together. */
  readonly namesMax: number
  /** `additional` is 1, each object or array inside adds 1. */
  readonly depthMax: number
  /** Bytes after which no further value is begun: objects that share parts would never end. */
  readonly bytesMax: number
}

/** For any event. */
export const usualLimits: ValueLimits = {
  textUnitsMax: 16 * 1024,
  binaryBytesMax: 32 * 1024,
  itemsMax: 256,
  // A server counts the names of objects outside arrays; a few are left for bound fields and marks.
  namesMax: defaultLimits.namesMax - 16,
  depthMax: 12,
  bytesMax: 128 * 1024,
}

/** For an event that was too large with the usual ones. */
export const tightLimits: ValueLimits = {
  textUnitsMax: 512,
  binaryBytesMax: 512,
  itemsMax: 16,
  namesMax: 100,
  depthMax: 4,
  bytesMax: 48 * 1024,
}
