import { timestampMaxMs, timestampMinMs } from '../../event/time.ts'
import type { MsgpackWriter } from './msgpack-writer.ts'
import { redacted, type RedactionNode, redactionOf } from './redaction.ts'
import type { ValueLimits } from './value-limits.ts'

/** A name of at most this many units is never longer than a server's 256 bytes. */
const nameUnitsMax = 85
const cutNameUnits = 80

/** Writes any value of JavaScript as msgpack, bounded, and never throws: what cannot be read says so. */
export class ValueEncoder {
  readonly #writer: MsgpackWriter
  #limits: ValueLimits
  #namesLeft = 0
  /** The objects that enclose the value being written, by depth. */
  readonly #path: object[] = []

  constructor(writer: MsgpackWriter, limits: ValueLimits) {
    this.#writer = writer
    this.#limits = limits
    this.#namesLeft = limits.namesMax
  }

  /** How many names may still come. */
  get namesLeft(): number {
    return Math.max(0, this.#namesLeft)
  }

  /** Before each event. `namesUsed` are those that stand before its own. */
  begin(limits: ValueLimits, namesUsed: number): void {
    this.#limits = limits
    this.#namesLeft = limits.namesMax - namesUsed
    if (this.#path.length > 0) this.#path.length = 0
  }

  /** Writes the members of `fields` without a header; how many. */
  members(fields: object, redaction: RedactionNode | null): number {
    this.#path[0] = fields
    const names = readNames(fields)
    return names === null ? 0 : this.#members(fields, names, 1, redaction)
  }

  #members(
    from: object,
    names: readonly string[],
    depth: number,
    redaction: RedactionNode | null,
  ): number {
    let count = 0
    for (let i = 0; i < names.length; i++) {
      const name = names[i] ?? ''
      if (this.#namesLeft <= 0 || this.#writer.at > this.#limits.bytesMax) {
        this.#writer.text('$omittedNames')
        this.#writer.number(names.length - i)
        return count + 1
      }
      const mark = this.#writer.at
      const rule = redaction === null ? null : redactionOf(redaction, name)
      try {
        const value: unknown = Reflect.get(from, name)
        if (value === undefined) continue
        this.name(name)
        if (rule === 'redact') this.#writer.text(redacted)
        else this.#value(value, depth, rule)
      } catch (error) {
        this.#writer.at = mark
        this.name(name)
        this.#writer.text(unreadable(error))
      }
      this.#namesLeft--
      count++
    }
    return count
  }

  name(name: string): void {
    const fits = name.length <= nameUnitsMax
    this.#writer.text(fits ? name : `${name.slice(0, cutNameUnits)}…`)
  }

  /** Like a member's value, outside of any object: the caller has written the name. */
  value(value: unknown, redaction: RedactionNode | null): void {
    const mark = this.#writer.at
    try {
      this.#value(value, 1, redaction)
    } catch (error) {
      this.#writer.at = mark
      this.#writer.text(unreadable(error))
    }
  }

  /** May throw what a getter throws. `depth` is that of the object that holds the value. */
  #value(value: unknown, depth: number, redaction: RedactionNode | null): void {
    switch (typeof value) {
      case 'string':
        return this.#text(value)
      case 'number':
        return this.#writer.number(value)
      case 'boolean':
        return this.#writer.bool(value)
      case 'bigint':
        return this.#writer.bigint(value)
      case 'object':
        return value === null ? this.#writer.null() : this.#object(value, depth, redaction)
      case 'function':
        return this.#text(`[Function: ${value.name}]`)
      case 'symbol':
        return this.#text(value.toString())
      default:
        return this.#writer.null()
    }
  }

  #text(value: string): void {
    const most = this.#limits.textUnitsMax
    if (value.length <= most) this.#writer.text(value)
    else this.#writer.text(`${value.slice(0, most)}… [${value.length - most} more characters]`)
  }

  #object(value: object, depth: number, redaction: RedactionNode | null): void {
    for (let i = 0; i < depth; i++) {
      if (this.#path[i] === value) return this.#text('[Circular]')
    }
    if (depth >= this.#limits.depthMax) return this.#text(tooDeep(value))
    this.#path[depth] = value
    if (Array.isArray(value)) return this.#items(value, value.length, depth, redaction)
    // Fast path: most objects are literals.
    const prototype: unknown = Object.getPrototypeOf(value)
    const isPlain = prototype === Object.prototype || prototype === null
    if (isPlain && !('toJSON' in value)) {
      return this.#plain(value, depth, redaction)
    }
    this.#special(value, depth, redaction)
  }

  #special(value: object, depth: number, redaction: RedactionNode | null): void {
    if (value instanceof Error) return this.#error(value, depth, redaction)
    if (value instanceof Date) return this.#date(value)
    if (value instanceof Uint8Array) return this.#binary(value)
    if (value instanceof ArrayBuffer) return this.#binary(new Uint8Array(value))
    if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
      return this.#items(iterableOf(value), Number(Reflect.get(value, 'length')), depth, redaction)
    }
    if (value instanceof Map || value instanceof Headers || value instanceof URLSearchParams) {
      return this.#entries(value, depth, redaction)
    }
    if (value instanceof Set) return this.#items(value, value.size, depth, redaction)
    if (value instanceof RegExp || isBoxed(value)) return this.#text(String(value))
    const toJson: unknown = Reflect.get(value, 'toJSON')
    if (typeof toJson === 'function') {
      const given: unknown = Reflect.apply(toJson, value, [])
      return given === value
        ? this.#plain(value, depth, redaction)
        : this.#value(given, depth + 1, redaction)
    }
    this.#plain(value, depth, redaction)
  }

  #plain(value: object, depth: number, redaction: RedactionNode | null): void {
    const place = this.#writer.openMap()
    const count = this.#members(value, Object.keys(value), depth + 1, redaction)
    this.#writer.close(place, count)
  }

  #items(
    items: Iterable<unknown>,
    size: number,
    depth: number,
    redaction: RedactionNode | null,
  ): void {
    const place = this.#writer.openArray()
    // A server does not count the names inside arrays; the bytes bound them.
    const namesLeft = this.#namesLeft
    this.#namesLeft = Number.POSITIVE_INFINITY
    let count = 0
    try {
      for (const item of items) {
        if (count === this.#limits.itemsMax || this.#writer.at > this.#limits.bytesMax) {
          this.#text(`… ${size - count} more items`)
          count++
          break
        }
        const rule = redaction === null ? null : redactionOf(redaction, String(count))
        if (rule === 'redact') this.#writer.text(redacted)
        else this.#item(item, depth, rule)
        count++
      }
    } finally {
      this.#namesLeft = namesLeft
    }
    this.#writer.close(place, count)
  }

  #item(item: unknown, depth: number, redaction: RedactionNode | null): void {
    const mark = this.#writer.at
    try {
      this.#value(item, depth + 1, redaction)
    } catch (error) {
      this.#writer.at = mark
      this.#writer.text(unreadable(error))
    }
  }

  #entries(
    entries: Iterable<readonly [unknown, unknown]>,
    depth: number,
    redaction: RedactionNode | null,
  ): void {
    const place = this.#writer.openMap()
    let count = 0
    for (const [key, value] of entries) {
      if (count >= this.#limits.itemsMax || this.#writer.at > this.#limits.bytesMax) break
      if (this.#namesLeft-- <= 0) break
      const name = typeof key === 'object' && key !== null ? `[${typeName(key)}]` : String(key)
      const rule = redaction === null ? null : redactionOf(redaction, name)
      this.name(name)
      if (rule === 'redact') this.#writer.text(redacted)
      else this.#item(value, depth, rule)
      count++
    }
    this.#writer.close(place, count)
  }

  #date(value: Date): void {
    const ms = value.getTime()
    if (ms >= timestampMinMs && ms <= timestampMaxMs) this.#writer.instant(ms)
    else this.#text(Number.isNaN(ms) ? 'Invalid Date' : value.toISOString())
  }

  #binary(value: Uint8Array): void {
    const most = this.#limits.binaryBytesMax
    this.#writer.binary(value.length <= most ? value : value.subarray(0, most))
  }

  /** name, message, stack, cause, errors, then what else the error owns (code, errno, path…). */
  #error(error: Error, depth: number, redaction: RedactionNode | null): void {
    const place = this.#writer.openMap()
    const names = ['name', 'message', 'stack', 'cause', 'errors'].filter((name) => name in error)
    for (const name of Object.keys(error)) if (!names.includes(name)) names.push(name)
    this.#writer.close(place, this.#members(error, names, depth + 1, redaction))
  }
}

function readNames(fields: object): readonly string[] | null {
  try {
    return Object.keys(fields)
  } catch {
    return null
  }
}

/** In words why a value could not be read; whatever was thrown. */
function unreadable(error: unknown): string {
  try {
    return `[unreadable: ${error instanceof Error ? error.message : String(error)}]`.slice(0, 200)
  } catch {
    return '[unreadable]'
  }
}

function tooDeep(value: object): string {
  return Array.isArray(value)
    ? `[${value.length} items, too deep]`
    : `[${typeName(value)}, too deep]`
}

function typeName(value: object): string {
  const maker: unknown = Reflect.get(value, 'constructor')
  return typeof maker === 'function' && maker.name !== '' ? maker.name : 'Object'
}

const boxes = new Set(['[object String]', '[object Number]', '[object Boolean]'])
const isBoxed = (value: object): boolean => boxes.has(Object.prototype.toString.call(value))

/** Every typed array is iterable; their common type does not say so. */
function iterableOf(view: ArrayBufferView): Iterable<unknown> {
  return Symbol.iterator in view ? (view as ArrayBufferView & Iterable<unknown>) : []
}
