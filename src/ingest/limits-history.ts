import * as fs from 'node:fs'
import { join } from 'node:path'
import type { DecodeLimits } from '../decode/contract.ts'
import { defaultLimits } from '../event/limits.ts'
import { syncDirectory } from '../journal/segment.ts'

/** Beside the segments. */
const fileName = 'limits.json'
/** Different limits that are remembered; beyond, those of the longest ago are forgotten. */
const remembered = 16

/**
 * The limits with which batches in the journal were taken in, newest first. Which events of a batch were refused follows
 * from them, and they may be changed at any start. Nothing is known when the file is missing or damaged.
 */
export function readLimitsHistory(journal: string): readonly DecodeLimits[] {
  try {
    const list: unknown = JSON.parse(fs.readFileSync(join(journal, fileName), 'utf8'))
    return Array.isArray(list) ? list.flatMap(limitsOf) : []
  } catch {
    return []
  }
}

/** Remembers today's limits, durably, before a batch is taken in with them. Throws what the file system throws. */
export function keepLimitsHistory(
  journal: string,
  today: DecodeLimits,
  earlier: readonly DecodeLimits[],
): void {
  const texts = [today, ...earlier].flatMap(limitsOf).map((limits) => JSON.stringify(limits))
  const text = `[${[...new Set(texts)].slice(0, remembered).join(',\n')}]\n`
  const path = join(journal, fileName)
  if (fs.existsSync(path) && fs.readFileSync(path, 'utf8') === text) return
  const fresh = `${path}.new`
  fs.writeFileSync(fresh, text, { flush: true, mode: 0o640 })
  fs.renameSync(fresh, path)
  syncDirectory(journal)
}

/** The limits among an object's members, in one order; none when one of them is no number. */
function limitsOf(value: unknown): DecodeLimits[] {
  const found = { ...defaultLimits, ...Object(value) }
  const { facilityBytesMax, eventNameBytesMax, nameBytesMax, eventBytesMax } = found
  const { namesMax, nestingMax, batchEventsMax } = found
  const limits = {
    facilityBytesMax,
    eventNameBytesMax,
    nameBytesMax,
    eventBytesMax,
    namesMax,
    nestingMax,
    batchEventsMax,
  }
  return Object.values(limits).every((each) => Number.isSafeInteger(each)) ? [limits] : []
}
