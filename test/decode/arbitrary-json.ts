/** Random numbers, whole, from 0 up to but not including `below`. */
export type Dice = (below: number) => number

const pick = <T>(dice: Dice, list: readonly T[]): T => {
  const item = list[dice(list.length)]
  if (item === undefined) throw new RangeError('empty list')
  return item
}

const names = [
  'a', 'b', 'user', 'http.method', 'x/y~z', '', '__proto__', 'constructor', '\\u0061', 'é', '日本', 'n\\"q',
] as const // prettier-ignore
const texts = [
  '', 'x', 'plain text', 'tab\\there', 'line\\nline', '\\u0000', '\\ud83d\\ude00', '😀', 'é', '日本語', '\\/',
  '\\ud800', '\\udc00\\ud800', '\\u00e9\\u20ac', '\u007f', 'a "quoted\\" b'.replace('"', '\\"'), '\ufeff',
] as const // prettier-ignore
const numbers = [
  '0', '-0', '1', '-1', '42', '1.0', '-0.0', '0.1', '1e3', '1E-3', '1.5e+10', '9007199254740991',
  '9007199254740992', '-9007199254740991', '-9007199254740992', '9223372036854775807',
  '9223372036854775808', '-9223372036854775808', '-9223372036854775809', '18446744073709551615',
  '18446744073709551616', '123456789012345678901234567890', '1e308', '1e309', '5e-324', '1e-400',
  '123456789.123456789', '0.30000000000000004', '179769313486231570000e289', '1.7976931348623159e308',
  '100000000000000000000000', '2.2250738585072011e-308', '9007199254740993.0', '999999999999999',
  '9999999999999999', '12345.678',
] as const // prettier-ignore
const times = [
  '"2026-11-22T12:34:56.789Z"', '"2026-11-22T12:34:07.001Z"', '"2026-11-22T12:34:61.001Z"',
  '"2026-11-22T12:34:56Z"', '"2026-11-22t12:34:56.789z"', '"2026-11-22T12:34:56.123456789+01:00"',
  '"2026-02-29T00:00:00Z"', '"2024-02-29T23:59:60Z"', '"0000-01-01T00:00:00Z"',
  '"0000-01-01T00:00:00+00:01"', '"9999-12-31T23:59:59.999999999Z"', '1700000000000', '1700000000000.5',
  '1700000000000.1234567', '1.7e12', '-1', '-0.000001', '1e99', 'null', '"2026-11-22"', '"x"',
  '253402300800000', '"2026-11-22T24:00:00Z"', '"2026-11-22T12:34:56.1234567891Z"', '"\\u0032026-11-22T12:34:56Z"',
] as const // prettier-ignore
const levels = [
  '"info"', '"ERROR"', '"Warning"', '"fatal"', '3', '"7"', '8', '"x"', '"INFORMATIONAL"', '1.0', '"trace"',
  '"\\u0069nfo"', 'null',
] as const // prettier-ignore

function space(dice: Dice): string {
  return dice(8) === 0 ? pick(dice, [' ', '\t', '  ', '\r']) : ''
}

function value(dice: Dice, depth: number): string {
  const kind = dice(depth > 4 ? 6 : 10)
  if (kind < 2) return `"${pick(dice, texts)}"`
  if (kind < 4) return pick(dice, numbers.slice(0, dice(3) === 0 ? numbers.length : 12))
  if (kind < 6) return pick(dice, ['true', 'false', 'null'])
  if (kind < 8) return members(dice, depth + 1)
  const items = Array.from(
    { length: dice(4) },
    () => space(dice) + value(dice, depth + 1) + space(dice),
  )
  return `[${items.join(',')}]`
}

function members(dice: Dice, depth: number): string {
  const list = Array.from(
    { length: dice(5) },
    () =>
      `${space(dice)}"${pick(dice, names)}"${space(dice)}:${space(dice)}${value(dice, depth)}${space(dice)}`,
  )
  return `{${list.join(',')}}`
}

/** The JSON text of an event: mostly a good one, spelled in every way there is. */
export function arbitraryEvent(dice: Dice): string {
  const list = [
    `"facility":${dice(40) === 0 ? value(dice, 5) : `"${pick(dice, ['shop', 'café', 'a\\tb', 'x y'])}"`}`,
    `"level":${pick(dice, levels.slice(0, dice(6) === 0 ? levels.length : 6))}`,
    `"event":${dice(40) === 0 ? value(dice, 5) : `"${pick(dice, ['order placed', 'é\\n', '\\u0065nd'])}"`}`,
  ]
  if (dice(3) > 0)
    list.push(`"timestamp":${pick(dice, times.slice(0, dice(6) === 0 ? times.length : 5))}`)
  if (dice(10) > 0) list.push(`"additional":${dice(40) === 0 ? value(dice, 5) : members(dice, 1)}`)
  if (dice(40) === 0) list.push(`"${pick(dice, names)}":1`)
  if (dice(20) === 0) list.splice(dice(list.length), 1)
  if (dice(20) === 0) list.push(pick(dice, list))
  if (dice(4) === 0) list.reverse()
  return `{${list.map((text) => space(dice) + text + space(dice)).join(',')}}`
}

const insertions = [
  '"', '\\', '{', '}', '[', ']', ',', ':', '\n', ' ', '0', '-', 'e', '.', '\\u', '\\ud800', '\u00e9', 'null',
  '{}', '[]', '""', '\u0000', '\ufeff',
] as const // prettier-ignore

/** Changes a body in one to three places: bytes flipped, taken out, put in, repeated, cut off. */
export function mutate(dice: Dice, body: Uint8Array): Uint8Array {
  let bytes = Buffer.from(body)
  for (let n = 1 + dice(3); n > 0; n--) {
    const at = dice(bytes.length + 1)
    const to = Math.min(bytes.length, at + 1 + dice(6))
    const kind = dice(6)
    if (kind === 0 && at < bytes.length) bytes[at] = dice(256)
    else if (kind === 1) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(to)])
    else if (kind === 2) bytes = Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)])
    else if (kind === 3 && dice(4) === 0) bytes = bytes.subarray(0, at)
    else if (kind === 4 && at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << dice(8))
    else {
      const text = Buffer.from(pick(dice, insertions))
      bytes = Buffer.concat([bytes.subarray(0, at), text, bytes.subarray(at)])
    }
  }
  return new Uint8Array(bytes)
}
