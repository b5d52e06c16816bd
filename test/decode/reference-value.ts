/*
 * Values as a simple, slow reader sees them: nothing is lost, duplicates included. The decoders are
 * compared with these, and these with JSON.parse and msgpackr.
 */

export type Reference =
  | { readonly type: 'object'; readonly members: readonly (readonly [string, Reference])[] }
  | { readonly type: 'array'; readonly items: readonly Reference[] }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'integer'; readonly value: bigint; readonly source: string }
  | { readonly type: 'double'; readonly value: number; readonly source: string }
  | { readonly type: 'word'; readonly value: boolean | null }
  | { readonly type: 'bytes'; readonly hex: string }
  | { readonly type: 'time'; readonly seconds: number; readonly nanoseconds: number }
  | { readonly type: 'undefined' }
  /** Well-formed in its format, but against a rule wherever it stands: the rule's code. */
  | { readonly type: 'bad'; readonly code: string }

export type Plain = null | boolean | string | readonly Plain[] | { readonly [name: string]: Plain }

/** A value with its type spelled out, so that toEqual sees every difference; the last duplicate wins. */
export function plain(value: Reference): Plain {
  switch (value.type) {
    case 'object':
      return plainMembers(value.members)
    case 'array':
      return value.items.map(plain)
    case 'text':
      return `text ${value.text}`
    case 'integer':
      return `integer ${value.value}`
    case 'double':
      return `double ${Object.is(value.value, -0) ? '-0' : value.value}`
    case 'word':
      return value.value
    case 'bytes':
      return `bytes ${value.hex}`
    case 'time':
      return `time ${value.seconds} ${value.nanoseconds}`
    default:
      return value.type
  }
}

function plainMembers(members: readonly (readonly [string, Reference])[]): Plain {
  const object: Record<string, Plain> = Object.create(null)
  for (const [name, member] of members) {
    if (member.type === 'undefined') delete object[name]
    else object[name] = plain(member)
  }
  return object
}
