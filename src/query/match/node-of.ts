import type { Field, Query } from '../language/ast.ts'
import { AdditionalField } from './additional-field.ts'
import { AllOf } from './all-of.ts'
import { AnyOf } from './any-of.ts'
import { AnyText } from './any-text.ts'
import { clockNodeOf } from './clock-test.ts'
import { Constant } from './constant.ts'
import { ExistingField } from './existing-field.ts'
import { FixedText } from './fixed-text.ts'
import { idFieldOf } from './id-test.ts'
import { levelFieldOf } from './level-test.ts'
import type { Node } from './node.ts'
import { NoneOf } from './none-of.ts'
import { anyTextTestOf, fieldTestOf, type Look, type ScalarTest } from './value-test-of.ts'

/** A query made ready. */
export function nodeOf(query: Query, look: Look): Node {
  switch (query.type) {
    case 'all':
      return new Constant('all')
    case 'and':
      return new AllOf(query.parts.map((part) => nodeOf(part, look)))
    case 'or':
      return new AnyOf(query.parts.map((part) => nodeOf(part, look)))
    case 'not':
      return new NoneOf(nodeOf(query.part, look))
    case 'text':
      // The event string holds an empty text.
      return query.test.how !== 'regex' && query.test.text === ''
        ? new Constant('all')
        : new AnyText(anyTextTestOf(query.test, look))
    case 'field':
      return query.test.how === 'exists'
        ? existing(query.field)
        : fieldNodes[query.field.of](query.field, query.test, look)
  }
}

function existing(field: Field): Node {
  return field.of === 'additional' ? new ExistingField(field.path) : new Constant('all')
}

const fieldNodes: Record<Field['of'], (field: Field, test: ScalarTest, look: Look) => Node> = {
  facility: (_, test, look) => new FixedText('facility', fieldTestOf(test, look)),
  level: (_, test) => levelFieldOf(test),
  event: (_, test, look) => new FixedText('event', fieldTestOf(test, look)),
  timestamp: (_, test) => clockNodeOf('timestamp', test),
  received: (_, test) => clockNodeOf('received', test),
  id: (_, test, look) => idFieldOf(test, look),
  additional: (field, test, look) =>
    new AdditionalField(field.of === 'additional' ? field.path : '', fieldTestOf(test, look)),
}
