import { skipSpace } from './json-state.ts'

interface Level {
  /** Names of an object's members are texts; the index counts in an array. */
  readonly object: boolean
  name: string
  index: number
}

/**
 * RFC 6901 pointer, inside the event at `from`, of the innermost member that holds the byte `at`. Only
 * refusals need it, so it reads the event again instead of keeping a path for every event that is fine.
 * Everything before `at` is well-formed JSON.
 */
export function pointerAt(src: Uint8Array, from: number, at: number): string {
  const levels: Level[] = []
  let awaitsName = false
  let p = from
  while (p < at) {
    const top = levels.at(-1)
    const byte = src[p]
    if (byte === 0x22) {
      const end = textEnd(src, p)
      if (awaitsName && top !== undefined) {
        top.name = nameOf(src.subarray(p, end))
        awaitsName = false
      }
      p = end
      continue
    }
    if (byte === 0x7b || byte === 0x5b) {
      levels.push({ object: byte === 0x7b, name: '', index: 0 })
      awaitsName = byte === 0x7b
    } else if (byte === 0x7d || byte === 0x5d) {
      levels.pop()
      awaitsName = false
    } else if (byte === 0x2c && top !== undefined) {
      top.index++
      top.name = ''
      awaitsName = top.object
    }
    p++
  }
  // A name that breaks a rule itself begins at `at`: the pointer names the member, not the object around it.
  const top = levels.at(-1)
  if (awaitsName && top !== undefined) {
    const start = skipSpace(src, at)
    if (src[start] === 0x22) {
      top.name = nameOf(src.subarray(start, textEnd(src, start)))
      awaitsName = false
    } else levels.pop()
  }
  return levels.map((level) => `/${level.object ? escapeName(level.name) : level.index}`).join('')
}

function textEnd(src: Uint8Array, from: number): number {
  let p = from + 1
  while (p < src.length && src[p] !== 0x22) p += src[p] === 0x5c ? 2 : 1
  return Math.min(p + 1, src.length)
}

const pointerNameMax = 256

/** The name as text; what is not UTF-8 or a lone surrogate is replaced, for this is only a message. */
function nameOf(token: Uint8Array): string {
  const text = new TextDecoder().decode(token.subarray(0, pointerNameMax))
  try {
    const name: unknown = JSON.parse(text)
    return String(name).toWellFormed()
  } catch {
    return text.slice(1)
  }
}

export function escapeName(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
