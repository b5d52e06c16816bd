/** The eight levels by their number in RFC 5424: 0 is the most severe. */
export const levelNames = [
  'emerg',
  'alert',
  'crit',
  'error',
  'warn',
  'notice',
  'info',
  'debug',
] as const

export type LevelName = (typeof levelNames)[number]

/** What else is understood, in upper or lower case; the answer always has the name from `levelNames`. */
export const levelAliases: Readonly<Record<string, number>> = {
  emergency: 0,
  panic: 0,
  critical: 2,
  fatal: 2,
  err: 3,
  warning: 4,
  informational: 6,
  trace: 7,
  verbose: 7,
}

interface Spelling {
  readonly bytes: Uint8Array
  readonly level: number
}

const digitZero = 0x30
const lowerCase = 0x20
const letterA = 0x61

/** Spellings by their first letter; at most four share one. */
const byLetter: readonly (readonly Spelling[])[] = (() => {
  const lists: Spelling[][] = Array.from({ length: 26 }, () => [])
  const spellings = [
    ...levelNames.map((name, level) => [name, level] as const),
    ...Object.entries(levelAliases),
  ]
  for (const [name, level] of spellings) {
    const bytes = new TextEncoder().encode(name)
    lists[(bytes[0] ?? letterA) - letterA]?.push({ bytes, level })
  }
  return lists
})()

/** The level spelled by `bytes[from..to)`, or -1. No string is made: 10 ns. */
export function levelOfBytes(bytes: Uint8Array, from: number, to: number): number {
  const first = bytes[from] ?? 0
  if (to - from === 1) return levelOfNumber(first - digitZero)
  const list = byLetter[(first | lowerCase) - letterA]
  if (list === undefined || to <= from) return -1
  for (const spelling of list) {
    if (spells(bytes, from, to, spelling.bytes)) return spelling.level
  }
  return -1
}

function spells(bytes: Uint8Array, from: number, to: number, name: Uint8Array): boolean {
  if (name.length !== to - from) return false
  for (let i = 0; i < name.length; i++) {
    const byte = bytes[from + i] ?? 0
    // Only letters have a lower case: '@' must not pass for '`', nor a control character for a digit.
    if (byte !== name[i] && (byte < 0x41 || byte > 0x5a || (byte | lowerCase) !== name[i]))
      return false
  }
  return true
}

/** The level of a name, an alias or a digit; undefined for anything else. */
export function parseLevel(text: string): number | undefined {
  const bytes = new TextEncoder().encode(text)
  const level = levelOfBytes(bytes, 0, bytes.length)
  return level === -1 ? undefined : level
}

/** The level of a number from 0 to 7, or -1. */
export function levelOfNumber(value: number): number {
  return Number.isInteger(value) && value >= 0 && value <= 7 ? value | 0 : -1
}
