import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DaySet } from './day-set.ts'
import { DayWriter } from './day-writer.ts'
import { DiskTrouble, hasSpace, onDisk } from './disk-trouble.ts'
import {
  dayDirectory,
  dayOfMinute,
  firstMinuteOfDay,
  minutesPerDay,
  parseDayDirectory,
} from './layout.ts'
import { checkDataFile, syncDirectory } from './lmdb-env.ts'
import { moveAside } from './set-aside.ts'
import type { DayRecord, MetaState, MetaStore } from './meta-store.ts'

/** A directory that could not be used: what was in it is missing until someone repairs it. */
export interface AsideDay {
  /** The day, or `keys` for idempotency keys. */
  readonly day: string
  readonly pages: number
  /** Where it is now; null when there was no directory. */
  readonly path: string | null
  readonly detail: string
}

export interface OpenedDays {
  readonly days: DaySet
  readonly aside: readonly AsideDay[]
}

/**
 * Brings the directories into agreement with the book's state: what was never committed is swept, what
 * was dropped but not yet unlinked goes, and a day that cannot be opened is set aside.
 */
export function openDays(book: string, meta: MetaStore, state: MetaState): OpenedDays {
  const aside: AsideDay[] = []
  const known = meta.days()
  removeUnfinished(book, known)
  const records = known.map((record) => {
    const detail = whyUnusable(book, record, state)
    if (detail === null) return record
    const path = setAside(book, record)
    aside.push({ day: record.day, pages: record.pages, path, detail })
    return { ...record, generation: record.generation + 1, asideThrough: record.lastMinute }
  })
  if (aside.length > 0) {
    const changed = records.filter((record) => !known.includes(record))
    meta.commit({ state, days: changed })
  }
  removeLeftovers(book, records, state)
  return { days: new DaySet(book, records), aside }
}

function whyUnusable(book: string, record: DayRecord, state: MetaState): string | null {
  const directory = dayDirectory(book, record.day, record.generation)
  // A day all of whose pages were set aside before: nothing was written to its new generation yet.
  if (!existsSync(directory) && record.asideThrough === record.lastMinute) return null
  try {
    if (!existsSync(directory)) throw new Error(`${directory} is missing`)
    onDisk(book, 0, () => {
      checkDataFile(join(directory, 'data.mdb'), 'write')
      tidyDay(book, record, state)
    })
    return null
  } catch (error) {
    // A full disk or missing permission is no damage: the day must stay where it is.
    if (error instanceof DiskTrouble || isPermission(error)) throw error
    return error instanceof Error ? error.message : String(error)
  }
}

/** What a write of one key may take. */
const probeBytes = 256 * 1_024

/** Sweeps the newest day and finishes an interrupted drop; other days are not opened, so that a start is quick. */
function tidyDay(book: string, { day, generation }: DayRecord, state: MetaState): void {
  const through = state.closedThrough ?? -1
  const isOpenDay = day >= dayOfMinute(Math.max(through, 0))
  const isCutDay = day === dayOfMinute(state.droppedBefore ?? 0)
  if (!isOpenDay && !isCutDay) return
  const writer = new DayWriter(book, day, generation)
  try {
    // A write that fails on a full disk may end the process: LMDB's own memory suffers from it.
    if (isOpenDay) writer.probe(hasSpace(book, probeBytes))
    if (isOpenDay) writer.sweepAfter(through)
    if (isCutDay) writer.trimBefore(state.droppedBefore ?? 0)
  } finally {
    writer.close()
  }
}

function isPermission(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 13)
}

function setAside(book: string, { day, generation }: DayRecord): string | null {
  const directory = dayDirectory(book, day, generation)
  if (!existsSync(directory)) return null
  return moveAside(directory)
}

/**
 * Generations that a redaction had not finished: the day goes on as it was. They go first of all, because a day that
 * is set aside goes on under such a name.
 */
function removeUnfinished(book: string, records: readonly DayRecord[]): void {
  const current = new Map(records.map(({ day, generation }) => [day, generation]))
  for (const name of readdirSync(book)) {
    const parsed = parseDayDirectory(name)
    if (parsed === null || parsed.generation <= (current.get(parsed.day) ?? Infinity)) continue
    rmSync(join(book, name), { recursive: true, force: true })
    syncDirectory(book)
  }
}

/** Directories of days that no record names: begun after the last commit, or dropped before a crash. */
function removeLeftovers(book: string, records: readonly DayRecord[], state: MetaState): void {
  const openDay = dayOfMinute(Math.max(state.closedThrough ?? 0, 0))
  const named = new Set(records.map(({ day, generation }) => `${day}.g${generation}`))
  for (const name of readdirSync(book)) {
    const parsed = parseDayDirectory(name)
    if (parsed === null || named.has(name)) continue
    const end = firstMinuteOfDay(parsed.day) + minutesPerDay
    const isDropped = end <= (state.droppedBefore ?? 0)
    const isUncommitted = parsed.day >= openDay
    const isOlderGeneration = records.some((each) => each.day === parsed.day)
    if (!isDropped && !isUncommitted && !isOlderGeneration) continue
    rmSync(join(book, name), { recursive: true, force: true })
    syncDirectory(book)
  }
}
