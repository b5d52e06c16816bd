/** What follows a flag: nothing, a text, or a text each time it is given. */
export type FlagKind = 'switch' | 'text' | 'list'

/** The command line cannot be understood; exit code 2. */
export class UsageError extends Error {}

export interface Flags {
  text(name: string): string | null
  list(name: string): readonly string[]
  has(name: string): boolean
  /** What belongs to no flag. */
  readonly words: readonly string[]
}

/**
 * Reads `--name value`, `--name=value` and switches. As against node:util's parseArgs a value may begin with a dash
 * (`--from -1h`), and so may a query (`-host:db-3`): only two dashes and a name make a flag. Throws UsageError.
 */
export function readFlags(
  args: readonly string[],
  kinds: Readonly<Record<string, FlagKind>>,
): Flags {
  const given = new Map<string, string[]>()
  const words: string[] = []
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? ''
    if (arg === '--') {
      words.push(...args.slice(i + 1))
      break
    }
    const match = /^--([a-z][a-z-]*)(?:=([^]*))?$/.exec(arg)
    if (match === null) {
      words.push(arg)
      continue
    }
    const [, name = '', inline] = match
    const kind = kinds[name]
    if (kind === undefined) throw unknownFlag(name, kinds)
    if (kind === 'switch' && inline !== undefined) throw new UsageError(`--${name} takes no value`)
    const value = kind === 'switch' ? '' : (inline ?? args[++i])
    if (value === undefined) throw new UsageError(`--${name} wants a value`)
    const values = given.get(name) ?? []
    if (kind !== 'list' && values.length > 0) throw new UsageError(`--${name} may be given once`)
    given.set(name, [...values, value])
  }
  return {
    words,
    text: (name) => given.get(name)?.[0] ?? null,
    list: (name) => given.get(name) ?? [],
    has: (name) => given.has(name),
  }
}

function unknownFlag(name: string, kinds: Readonly<Record<string, FlagKind>>): UsageError {
  const known = Object.keys(kinds).map((each) => `--${each}`)
  return new UsageError(
    `there is no option --${name}; there are ${known.join(', ')}. What is no option goes after --`,
  )
}

/** The value of a flag that names one of a few things. */
export function oneOf<T extends string>(
  flags: Flags,
  name: string,
  allowed: readonly T[],
): T | null {
  const raw = flags.text(name)
  if (raw === null) return null
  const found = allowed.find((each) => each === raw)
  if (found !== undefined) return found
  throw new UsageError(`--${name} is ${allowed.join(', ')}, not '${raw}'`)
}
