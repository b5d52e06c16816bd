import { type LevelName, levelNames } from '../event/level.ts'

/** The least severe level that is logged; shared by a logger and all that `with` made from it. */
export class LevelGate {
  /** 0 (emerg only) to 7 (everything); -1 for silent. */
  max: number

  constructor(level: LevelName | 'silent') {
    this.max = numberOfLevel(level)
  }

  get name(): LevelName | 'silent' {
    return levelNames[this.max] ?? 'silent'
  }
}

/** -1 for `silent`. */
export const numberOfLevel = (level: LevelName | 'silent'): number =>
  level === 'silent' ? -1 : levelNames.indexOf(level)

const info = 6

/** The level of an event. Callers without types may give anything: what is no level is info, not lost. */
export function eventLevel(level: LevelName): number {
  const number = levelNames.indexOf(level)
  return number < 0 ? info : number
}
