import { levelAliases, levelNames } from '../../src/event/level.ts'
import { defaultLimits } from '../../src/event/limits.ts'
import { ownFacility } from '../../src/event/own-facility.ts'
import { type Plain, plain, type Reference } from './reference-value.ts'

/** An event as it must come out, or the codes of the rules it breaks. */
export type Judgement =
  | { readonly event: PlainEvent; readonly codes?: undefined }
  | { readonly codes: ReadonlySet<string>; readonly event?: undefined }

export interface PlainEvent {
  readonly facility: string
  readonly timestamp: string
  readonly level: string
  readonly event: string
  readonly additional: Plain
}

const bytes = (text: string): number => Buffer.byteLength(text)

/** Holds one value to all rules of an event, written from the documentation rather than from the code. */
export function judge(value: Reference, receivedMs: number): Judgement {
  const codes = new Set<string>()
  if (value.type !== 'object') return { codes: new Set(['not-an-object']) }
  const last = new Map<string, Reference>()
  for (const [name, member] of value.members) {
    if (member.type === 'undefined') last.delete(name)
    else last.set(name, member)
    judgeMember(name, member, codes)
  }
  for (const name of ['facility', 'level', 'event'])
    if (!last.has(name)) codes.add(`${name}-missing`)
  if (codes.size > 0) return { codes }
  const text = (name: string): string => {
    const member = last.get(name)
    return member?.type === 'text' ? member.text : ''
  }
  const level = last.get('level')
  const timestamp = last.get('timestamp')
  const additional = last.get('additional')
  return {
    event: {
      facility: text('facility'),
      timestamp:
        timestamp === undefined ? `${BigInt(receivedMs) * 1_000_000n}` : instantOf(timestamp),
      level: levelNames[level === undefined ? -1 : levelOf(level)] ?? '',
      event: text('event'),
      additional: additional === undefined ? {} : plain(additional),
    },
  }
}

function judgeMember(name: string, member: Reference, codes: Set<string>): void {
  if (!name.isWellFormed()) codes.add('lone-surrogate')
  if (member.type === 'undefined') return
  if (member.type === 'text' && !member.text.isWellFormed()) codes.add('lone-surrogate')
  if (member.type === 'bad') codes.add(member.code)
  if (name === 'facility' || name === 'event') {
    const max =
      name === 'facility' ? defaultLimits.facilityBytesMax : defaultLimits.eventNameBytesMax
    if (member.type !== 'text') codes.add(`${name}-not-text`)
    else if (member.text === '') codes.add(`${name}-missing`)
    else if (bytes(member.text) > max) codes.add(`${name}-too-long`)
    // oxlint-disable-next-line no-control-regex -- the rule is about control characters
    else if (name === 'facility' && /[\u0000-\u001f]/.test(member.text)) {
      codes.add('facility-control-character')
    } else if (name === 'facility' && member.text === ownFacility) codes.add('facility-reserved')
  } else if (name === 'level') {
    if (levelOf(member) < 0) codes.add('level-unknown')
  } else if (name === 'timestamp') {
    if (instantOf(member) === '') codes.add('timestamp-invalid')
  } else if (name === 'additional') {
    if (member.type === 'object') judgeValue(member, 1, { codes, names: 0, inArray: false })
    else codes.add('additional-not-object')
  } else codes.add('unknown-member')
}

interface Judging {
  readonly codes: Set<string>
  names: number
  inArray: boolean
}

function judgeValue(value: Reference, depth: number, judging: Judging): void {
  const { codes } = judging
  const container = value.type === 'object' || value.type === 'array'
  const empty = value.type === 'object' && value.members.length === 0
  if (container && depth > defaultLimits.nestingMax) codes.add('nesting-too-deep')
  if (value.type === 'bad') codes.add(value.code)
  if (value.type === 'undefined' && judging.inArray) codes.add('extension-unsupported')
  if (value.type === 'text' && !value.text.isWellFormed()) codes.add('lone-surrogate')
  if (empty || !container) return
  if (value.type === 'array') {
    const before = judging.inArray
    judging.inArray = true
    for (const item of value.items) judgeValue(item, depth + 1, judging)
    judging.inArray = before
    return
  }
  for (const [name, member] of value.members) {
    if (!judging.inArray && ++judging.names > defaultLimits.namesMax) codes.add('too-many-names')
    if (!name.isWellFormed()) codes.add('lone-surrogate')
    if (bytes(name) > defaultLimits.nameBytesMax) codes.add('name-too-long')
    if (member.type !== 'undefined') judgeValue(member, depth + 1, judging)
  }
}

function levelOf(value: Reference): number {
  if (value.type === 'integer') return /^[0-7]$/.test(value.source) ? Number(value.value) : -1
  if (value.type !== 'text') return -1
  if (/^[0-7]$/.test(value.text)) return Number(value.text)
  // Only ASCII letters: toLowerCase alone would also take the Kelvin sign for a k.
  const name = value.text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
  const known = levelNames.findIndex((level) => level === name)
  if (known >= 0) return known
  return Object.hasOwn(levelAliases, name) ? (levelAliases[name] ?? -1) : -1
}

const rfc3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/

const firstNs = BigInt(Date.parse('0000-01-01T00:00:00Z')) * 1_000_000n
const lastNs = BigInt(Date.parse('9999-12-31T23:59:59.999Z')) * 1_000_000n + 999_999n

/** Nanoseconds since the epoch as text, or '' for what is no timestamp. */
function instantOf(value: Reference): string {
  let ns: bigint | undefined
  if (value.type === 'text') ns = nanosecondsOf(value.text)
  else if (value.type === 'time') ns = BigInt(value.seconds) * 10n ** 9n + BigInt(value.nanoseconds)
  else if (value.type === 'integer' || value.type === 'double') ns = decimalNs(value.source)
  return ns === undefined || ns < firstNs || ns > lastNs ? '' : `${ns}`
}

function nanosecondsOf(text: string): bigint | undefined {
  const match = rfc3339.exec(text)
  if (match === null) return undefined
  const [
    ,
    year,
    month,
    day,
    hour,
    minute,
    second,
    fraction = '',
    sign,
    east = '0',
    eastMinutes = '0',
  ] = match
  const spelled = `${year}-${month}-${day}T${hour}:${minute}:${second}`
  const ms = Date.parse(`${spelled}Z`)
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(spelled)) return undefined
  if (Number(east) > 23 || Number(eastMinutes) > 59) return undefined
  const offset = (Number(east) * 60 + Number(eastMinutes)) * (sign === '-' ? -1 : 1)
  return BigInt(ms - offset * 60_000) * 1_000_000n + BigInt(fraction.padEnd(9, '0'))
}

function decimalNs(source: string): bigint | undefined {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source)
  if (match === null || source.length > 64) return undefined
  const exponent = Number(match[4] ?? 0) + 6 - (match[3] ?? '').length
  if (exponent > 40 || exponent < -80) return undefined
  const digits = BigInt(`${match[1]}${match[2]}${match[3] ?? ''}`)
  if (exponent >= 0) return digits * 10n ** BigInt(exponent)
  const scale = 10n ** BigInt(-exponent)
  return digits % scale === 0n ? digits / scale : undefined
}
