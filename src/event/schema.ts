import { type Static, Type } from '@sinclair/typebox'
import { defaultLimits } from './limits.ts'
import { levelNames } from './level.ts'

/* The shapes of an event on the wire, for the OpenAPI document and the client. */

export const LevelSchema = Type.Union(
  levelNames.map((name) => Type.Literal(name)),
  {
    description:
      'Severity as in RFC 5424, most severe first. Also understood, in any case: emergency, panic, critical, fatal (crit), err, warning, informational, trace and verbose (debug), and 0 to 7.',
    examples: ['info'],
  },
)

export const FacilitySchema = Type.String({
  minLength: 1,
  maxLength: defaultLimits.facilityBytesMax,
  description:
    'What sent the event: a unique name of at most 128 bytes, without control characters.',
  examples: ['checkout'],
})

export const EventTextSchema = Type.String({
  minLength: 1,
  maxLength: defaultLimits.eventNameBytesMax,
  description:
    'What happened: a fixed text of at most 1,024 bytes that names this event of this facility. Variable parts belong into additional.',
  examples: ['payment declined'],
})

const additional = Type.Record(Type.String(), Type.Unknown(), {
  description: 'Names and values of any kind: at most 256 names, 16 levels, 256 KiB an event.',
  examples: [{ user_id: 4711, amount: 12.5, 'http.method': 'POST' }],
})

/** An event as it is posted. */
export const PostedEventSchema = Type.Object(
  {
    facility: FacilitySchema,
    timestamp: Type.Optional(
      Type.Union([Type.String({ format: 'date-time' }), Type.Number()], {
        description:
          'When it happened: RFC 3339 with any offset and up to nine fraction digits, or milliseconds since the epoch. Without it, the time of receipt.',
        examples: ['2026-11-22T12:34:56.789Z'],
      }),
    ),
    level: LevelSchema,
    event: EventTextSchema,
    additional: Type.Optional(additional),
  },
  {
    additionalProperties: false,
    description: 'One event. Unknown members are refused by name.',
    examples: [
      {
        facility: 'checkout',
        timestamp: '2026-11-22T12:34:56.789Z',
        level: 'warn',
        event: 'payment declined',
        additional: { user_id: 4711, amount: 12.5 },
      },
    ],
  },
)

export type PostedEvent = Static<typeof PostedEventSchema>

/** An event as it comes back. */
export const EventSchema = Type.Object(
  {
    id: Type.String({
      pattern: '^[0-9a-f]{16}$',
      description: 'Where the event is: minute, part and row in hexadecimal. Ids sort as pages do.',
      examples: ['01c8b1a200000007'],
    }),
    received: Type.String({
      format: 'date-time',
      description: "When the server took it in, by the server's clock.",
      examples: ['2026-11-22T12:34:57.001Z'],
    }),
    timestamp: Type.String({
      format: 'date-time',
      description: 'UTC; three fraction digits, or nine if there were nanoseconds.',
      examples: ['2026-11-22T12:34:56.789Z'],
    }),
    facility: FacilitySchema,
    level: LevelSchema,
    event: EventTextSchema,
    additional,
  },
  { description: 'One event of a page.' },
)

export type EventAnswer = Static<typeof EventSchema>
