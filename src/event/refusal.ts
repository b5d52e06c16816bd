/*
 * Why an event can be refused. The codes are part of the API: never renamed, never reused. The names and
 * the explanations also make the table in the documentation and the enumeration in the OpenAPI document.
 */

export interface RefusalText {
  readonly title: string
  readonly explanation: string
}

export const refusals = {
  'json-malformed': {
    title: 'This line is not JSON',
    explanation:
      'In a body with one value a line, a line that is not JSON is refused alone. The detail names the byte.',
  },
  'not-an-object': {
    title: 'The event is not an object',
    explanation: 'An event is a JSON object or a msgpack map.',
  },
  'unknown-member': {
    title: 'Unknown member',
    explanation:
      'An event has the members facility, timestamp, level, event and additional; anything else goes inside additional.',
  },
  'facility-missing': {
    title: 'No facility',
    explanation: 'facility is required and must not be empty.',
  },
  'facility-not-text': { title: 'facility is not text', explanation: 'facility must be text.' },
  'facility-too-long': {
    title: 'facility is too long',
    explanation: 'facility has at most 128 bytes of UTF-8.',
  },
  'facility-control-character': {
    title: 'Control character in facility',
    explanation:
      'facility is a name that ends up in addresses, headers and lists: U+0000 to U+001F are refused.',
  },
  'facility-reserved': {
    title: "The facility is the server's own",
    explanation: 'Events of the facility minutebook are those of the server itself.',
  },
  'level-missing': { title: 'No level', explanation: 'level is required.' },
  'level-unknown': {
    title: 'Unknown level',
    explanation:
      'level is one of emerg, alert, crit, error, warn, notice, info, debug, a documented alias, or a number from 0 to 7.',
  },
  'event-missing': {
    title: 'No event',
    explanation:
      'event, the fixed text that names what happened, is required and must not be empty.',
  },
  'event-not-text': { title: 'event is not text', explanation: 'event must be text.' },
  'event-too-long': {
    title: 'event is too long',
    explanation: 'event has at most 1,024 bytes of UTF-8; variable parts belong into additional.',
  },
  'timestamp-invalid': {
    title: 'Invalid timestamp',
    explanation:
      'timestamp is RFC 3339 text with an offset and at most nine fraction digits, a number of milliseconds since the epoch, or a msgpack timestamp; in the years 0000 to 9999, without leap seconds.',
  },
  'additional-not-object': {
    title: 'additional is not an object',
    explanation: 'additional is an object of names and values.',
  },
  'name-not-text': {
    title: 'A name is not text',
    explanation: 'The keys of a msgpack map must be text.',
  },
  'name-too-long': {
    title: 'A name is too long',
    explanation: 'A name inside additional has at most 256 bytes of UTF-8.',
  },
  'too-many-names': {
    title: 'Too many names',
    explanation: 'additional has at most 256 members, those of nested objects included.',
  },
  'nesting-too-deep': {
    title: 'Nested too deeply',
    explanation: 'additional is level 1, every object or array inside adds one; at most 16 levels.',
  },
  'number-out-of-range': {
    title: 'Number out of range',
    explanation:
      'An integer must fit 64 bits, signed or unsigned; any other number must be finite as an IEEE 754 double.',
  },
  'text-invalid-utf8': {
    title: 'Invalid UTF-8',
    explanation:
      'Text must be well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.',
  },
  'lone-surrogate': {
    title: 'Lone surrogate',
    explanation: 'An escaped UTF-16 surrogate must be followed, or preceded, by its other half.',
  },
  'extension-unsupported': {
    title: 'Unsupported msgpack extension',
    explanation:
      "Timestamps (-1) and msgpackr's records are understood, other extension types are not.",
  },
  'event-too-large': {
    title: 'The event is too large',
    explanation: 'An event has at most 262,144 bytes in the decompressed body.',
  },
} as const satisfies Readonly<Record<string, RefusalText>>

export type RefusalCode = keyof typeof refusals
