import { isIPv4, isIPv6 } from 'node:net'

/** Whether a text is an address inside `10.0.0.0/8` or `2001:db8::/32`, compared bit by bit. */
export function isInNetwork(text: string, cidr: string): boolean {
  const [network = '', prefix = ''] = cidr.split('/')
  const wanted = bitsOf(network)
  const own = bitsOf(text)
  if (wanted === null || own === null) return false
  const prefixBits = Number(prefix) + (isIPv4(network) ? 96 : 0)
  return own.slice(0, prefixBits) === wanted.slice(0, prefixBits)
}

/** 128 zeros and ones; an IPv4 address as its mapped one. Null: not an address. */
function bitsOf(text: string): string | null {
  if (isIPv4(text)) return bitsOf(`::ffff:${text}`)
  if (!isIPv6(text) || text.includes('%')) return null
  const [head = '', tail] = inGroups(text).split('::')
  const before = groupsOf(head)
  const after = groupsOf(tail ?? '')
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0')
  return [...before, ...zeros, ...after]
    .map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0'))
    .join('')
}

/** `::ffff:10.0.0.1` with its last four bytes as two groups. */
function inGroups(text: string): string {
  return text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...parts: unknown[]) => {
    const [a, b, c, d] = parts.slice(0, 4).map(Number)
    return `${group(a, b)}:${group(c, d)}`
  })
}

const groupsOf = (part: string): string[] => (part === '' ? [] : part.split(':'))
const group = (high = 0, low = 0): string => (high * 256 + low).toString(16)
