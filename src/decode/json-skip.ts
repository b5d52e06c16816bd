import { type JsonState } from './json-state.ts'
import { malformed } from './scan-state.ts'
import { scanWord } from './json-leaf.ts'

/*
 * Finding the end of a value whose event is refused, so that the ones behind it are kept. It holds the
 * text to JSON's grammar and to nothing else: no limits, no UTF-8, no ranges.
 */

/** Which containers are around the position, innermost last: a bit a level, however deep the body nests. */
class Levels {
  #objects = new Uint8Array(64)
  depth = 0

  push(object: boolean): void {
    const at = this.depth++ >>> 3
    if (at === this.#objects.length) {
      const wider = new Uint8Array(at * 2)
      wider.set(this.#objects)
      this.#objects = wider
    }
    const bit = 1 << ((this.depth - 1) & 7)
    const byte = this.#objects[at] ?? 0
    this.#objects[at] = object ? byte | bit : byte & ~bit
  }

  get innermostIsObject(): boolean {
    const last = this.depth - 1
    return (((this.#objects[last >>> 3] ?? 0) >>> (last & 7)) & 1) === 1
  }
}

/** The position behind the value at `from`, or `failed` when it is not JSON. Cost: 3 ns a byte. */
export function skipValue(s: JsonState, from: number): number {
  const levels = new Levels()
  let p = from
  for (;;) {
    // A value begins at p.
    const first = s.src[p]
    if (first === 0x7b || first === 0x5b) {
      levels.push(first === 0x7b)
      p = space(s, p + 1)
      if (s.src[p] !== (first === 0x7b ? 0x7d : 0x5d)) {
        if (first === 0x7b) p = skipName(s, p)
        if (p < 0) return p
        continue
      }
      levels.depth--
      p++
    } else p = skipScalar(s, p)
    if (p < 0) return p
    // A value has ended at p: so may the containers around it.
    for (;;) {
      if (levels.depth === 0) return p
      const object = levels.innermostIsObject
      p = space(s, p)
      const byte = s.src[p]
      if (byte === 0x2c) {
        p = space(s, p + 1)
        if (object) p = skipName(s, p)
        if (p < 0) return p
        break
      }
      if (byte !== (object ? 0x7d : 0x5d)) {
        return malformed(s, p, `a comma or ${object ? '}' : ']'} is missing`)
      }
      levels.depth--
      p++
    }
  }
}

function space(s: JsonState, from: number): number {
  let p = from
  while (p < s.end) {
    const byte = s.src[p] ?? 0
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break
    p++
  }
  return p
}

/** Behind the colon and the space around it. */
function skipName(s: JsonState, from: number): number {
  if (s.src[from] !== 0x22) return malformed(s, from, 'a name in quotes is missing')
  const end = skipText(s, from)
  if (end < 0) return end
  const p = space(s, end)
  if (s.src[p] !== 0x3a) return malformed(s, p, 'a colon is missing behind a name')
  return space(s, p + 1)
}

function skipScalar(s: JsonState, from: number): number {
  const first = s.src[from] ?? 0
  if (first === 0x22) return skipText(s, from)
  if (first === 0x2d || (first >= 0x30 && first <= 0x39)) return skipNumber(s, from)
  return scanWord(s, from)
}

function skipText(s: JsonState, from: number): number {
  const { src, end } = s
  let p = from + 1
  while (p < end) {
    const byte = src[p] ?? 0
    if (byte === 0x22) return p + 1
    if (byte < 0x20) return malformed(s, p, 'a control character in a text must be escaped')
    if (byte === 0x5c) {
      const letter = src[++p] ?? 0
      if (letter === 0x75) {
        for (let i = 1; i <= 4; i++) {
          if (!isHex(src[p + i] ?? 0))
            return malformed(s, p - 1, 'four hexadecimal digits must follow \\u')
        }
        p += 4
      } else if (!isEscape(letter)) return malformed(s, p - 1, 'there is no such escape')
    }
    p++
  }
  return malformed(s, end, 'the body ends inside a text')
}

function isHex(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66)
}

function isEscape(letter: number): boolean {
  return letter !== 0 && '"\\/bfnrt'.includes(String.fromCharCode(letter))
}

function skipNumber(s: JsonState, from: number): number {
  const { src } = s
  let p = src[from] === 0x2d ? from + 1 : from
  const first = p
  p = digits(src, p)
  if (p === first) return malformed(s, p, 'a value is missing')
  if (p - first > 1 && src[first] === 0x30)
    return malformed(s, first, 'a number has a leading zero')
  if (src[p] === 0x2e) {
    const start = p + 1
    p = digits(src, start)
    if (p === start) return malformed(s, p, 'a digit must follow the point of a number')
  }
  if (((src[p] ?? 0) | 0x20) === 0x65) {
    const start = src[p + 1] === 0x2b || src[p + 1] === 0x2d ? p + 2 : p + 1
    p = digits(src, start)
    if (p === start) return malformed(s, p, 'a digit must follow the exponent sign of a number')
  }
  return p
}

function digits(src: Uint8Array, from: number): number {
  let p = from
  while ((src[p] ?? 0) >= 0x30 && (src[p] ?? 0) <= 0x39) p++
  return p
}
