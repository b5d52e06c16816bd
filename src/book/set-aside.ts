import { existsSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import { syncDirectory } from './lmdb-env.ts'

/** Renames a directory that cannot be used to a name that is free; that name. Nothing is deleted. */
export function moveAside(directory: string): string {
  let target = `${directory}.corrupt`
  for (let n = 2; existsSync(target); n++) target = `${directory}.corrupt-${n}`
  renameSync(directory, target)
  syncDirectory(dirname(directory))
  return target
}
