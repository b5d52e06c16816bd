import type { SigningKey } from '../../auth/tokens.ts'
import { documentAnswer } from '../answer.ts'
import { actorOf } from '../audit/audit-trail.ts'
import type { AppDependencies } from '../dependencies.ts'
import { authExamples } from '../docs/auth-schemas.ts'
import { documentContent, rowsContent } from '../docs/content.ts'
import { schemas } from '../docs/schemas.ts'
import type { Operation } from '../operation.ts'
import { readJson } from '../read-json.ts'
import { orProblem } from './change-problem.ts'
import { timeView } from './views.ts'
import { wantedKeySchema } from './wanted.ts'

const path = '/api/v1/signing-keys'
const common = { tag: 'access', query: [], pathParameters: [] } as const

export function signingKeyOperations(dependencies: AppDependencies): readonly Operation[] {
  return [listOperation(dependencies), rotateOperation(dependencies)]
}

function listOperation({ access }: AppDependencies): Operation {
  const example = { keys: [authExamples.signingKey] }
  return {
    ...common,
    method: 'GET',
    path,
    operationId: 'getSigningKeys',
    summary: 'The keys that sign tokens',
    description: 'Their ids and states, newest first; made with the first token. Never the keys.',
    answers: [
      {
        status: 200,
        description: 'The keys.',
        content: rowsContent(schemas.ref('SigningKeys'), example, authExamples.signingKey),
      },
      { status: 304, description: 'Unchanged since the ETag in If-None-Match.', content: {} },
    ],
    problems: ['not-acceptable'],
    handle: async (call) => {
      const { signingKeys } = await access.administration()
      const newest = signingKeys.at(-1)
      const rows = signingKeys.map((key) => keyView(key, key === newest)).toReversed()
      return documentAnswer(call, { keys: rows }, { rows })
    },
  }
}

function rotateOperation(dependencies: AppDependencies): Operation {
  const { access, audit } = dependencies
  return {
    ...common,
    method: 'POST',
    path,
    operationId: 'rotateSigningKey',
    summary: 'Sign tokens with a new key',
    description:
      'Tokens of the keys before stay valid until they expire, unless they are revoked; with endTokens all of them end at once.',
    requestBody: {
      required: false,
      description: 'Whether tokens end with it.',
      content: {
        'application/json': { schema: wantedKeySchema, example: { endTokens: false } },
      },
    },
    answers: [
      {
        status: 201,
        description: 'The new key.',
        content: documentContent(schemas.ref('SigningKey'), authExamples.signingKey),
      },
    ],
    problems: [
      'body-invalid',
      'body-stalled',
      'body-too-large',
      'in-flight-full',
      'conflict',
      'disk-full',
      'not-acceptable',
    ],
    handle: async (call) => {
      const wanted = await readJson(dependencies, call, wantedKeySchema)
      if (wanted instanceof Response) return wanted
      const tokensEnded = wanted.endTokens === true
      const administration = await access.administration()
      const key = await orProblem(administration.rotateSigningKey(tokensEnded))
      await audit.act('signing key rotated', actorOf(call.admitted), { key: key.id, tokensEnded })
      return documentAnswer(call, keyView(key, true), { status: 201 })
    },
  }
}

function keyView({ id, createdMs }: SigningKey, isNewest: boolean) {
  return { id, state: isNewest ? 'signs' : 'verifies', created: timeView(createdMs) }
}
