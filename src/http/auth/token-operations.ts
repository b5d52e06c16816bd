import type { Principal } from '../../auth/contract.ts'
import { documentAnswer } from '../answer.ts'
import { actorOf } from '../audit/audit-trail.ts'
import type { AppDependencies } from '../dependencies.ts'
import { authExamples } from '../docs/auth-schemas.ts'
import { documentContent, rowsContent } from '../docs/content.ts'
import { schemas } from '../docs/schemas.ts'
import type { Call, Operation } from '../operation.ts'
import { problem, ProblemError } from '../problem.ts'
import { readJson } from '../read-json.ts'
import { orProblem } from './change-problem.ts'
import { timeView, tokenView } from './views.ts'
import { tokenLifetimeDefaultS, wantedTokenSchema } from './wanted.ts'

const path = '/api/v1/tokens'
const common = { tag: 'access', query: [] } as const

export function tokenOperations(dependencies: AppDependencies): readonly Operation[] {
  return [issueOperation(dependencies), listOperation(dependencies), revokeOperation(dependencies)]
}

function issueOperation(dependencies: AppDependencies): Operation {
  return {
    ...common,
    method: 'POST',
    path,
    operationId: 'issueToken',
    summary: 'Make an expiring token',
    description:
      "A bearer token for whoever shows the secret of a credential: with its scopes and facilities or fewer, for an hour unless said otherwise, at most 30 days and never longer than the credential. It is shown in this answer alone. It ends early when it is revoked, and with the credential's revocation, rotation or removal.",
    pathParameters: [],
    requestBody: {
      required: false,
      description: 'What it may do and for how long; empty: all that its owner may, for an hour.',
      content: {
        'application/json': {
          schema: wantedTokenSchema,
          example: { scopes: ['read'], expiresIn: 3_600 },
        },
      },
    },
    answers: [
      {
        status: 201,
        description: 'The token.',
        content: documentContent(schemas.ref('NewToken'), authExamples.newToken),
        headers: { Location: 'Where it can be revoked, with DELETE.' },
      },
    ],
    problems: [
      'body-invalid',
      'body-stalled',
      'body-too-large',
      'in-flight-full',
      'not-acceptable',
      'too-many-tokens',
    ],
    handle: (call) => issue(dependencies, call),
  }
}

async function issue(dependencies: AppDependencies, call: Call): Promise<Response> {
  const { access, audit, nowMs } = dependencies
  const wanted = await readJson(dependencies, call, wantedTokenSchema)
  if (wanted instanceof Response) return wanted
  const { scopes, facilities, expiresIn: expiresInS = tokenLifetimeDefaultS } = wanted
  const { principal } = call.admitted
  const administration = await access.administration()
  const outcome = await administration.issue(principal, { scopes, facilities, expiresInS })
  if (outcome.ok) {
    const { token, issued } = outcome
    const { state, issued: from, ...shown } = tokenView({ ...issued, state: 'valid' })
    await audit.act('token issued', actorOf(call.admitted), { token: shown })
    const document = { token, tokenType: 'Bearer', ...shown, issued: from, state }
    const headers = { location: `${path}/${issued.id}` }
    return documentAnswer(call, document, { status: 201, headers })
  }
  switch (outcome.why) {
    case 'no-owner':
      return problem('forbidden', 'a token is made for a credential: add one first')
    case 'too-wide':
      return problem('forbidden', `${principal.name} does not have ${outcome.detail}`)
    case 'too-many': {
      const waitS = Math.max(1, Math.ceil((outcome.untilMs - nowMs()) / 1000))
      const headers = { 'retry-after': String(waitS) }
      const detail = `there is room at ${timeView(outcome.untilMs)}`
      return problem('too-many-tokens', detail, { headers })
    }
  }
}

function listOperation({ access }: AppDependencies): Operation {
  return {
    ...common,
    method: 'GET',
    path,
    operationId: 'getTokens',
    summary: 'The tokens that have not expired',
    description:
      'An administrator sees all of them, anybody else those of the own credential; newest first. The tokens themselves are not kept: nobody can see one again.',
    pathParameters: [],
    answers: [
      {
        status: 200,
        description: 'The tokens.',
        content: rowsContent(
          schemas.ref('Tokens'),
          { tokens: [authExamples.token] },
          authExamples.token,
        ),
      },
      { status: 304, description: 'Unchanged since the ETag in If-None-Match.', content: {} },
    ],
    problems: ['not-acceptable'],
    handle: async (call) => {
      const administration = await access.administration()
      const rows = administration.tokens(ownOnly(call.admitted.principal)).map(tokenView)
      return documentAnswer(call, { tokens: rows }, { rows })
    },
  }
}

function revokeOperation({ access, audit }: AppDependencies): Operation {
  return {
    ...common,
    method: 'DELETE',
    path: `${path}/:id`,
    operationId: 'revokeToken',
    summary: 'Revoke a token',
    description:
      'It is refused from now on. An administrator may revoke any, anybody else those of the own credential, also with the token itself.',
    pathParameters: [{ name: 'id', description: 'Of the token.', example: authExamples.token.id }],
    answers: [
      {
        status: 200,
        description: 'The token, revoked.',
        content: documentContent(schemas.ref('Token'), authExamples.revokedToken),
      },
    ],
    problems: ['not-found', 'conflict', 'disk-full', 'not-acceptable'],
    handle: async (call) => {
      const administration = await access.administration()
      const id = call.path['id'] ?? ''
      const own = ownOnly(call.admitted.principal)
      const revoked = await orProblem(administration.revokeToken(id, own))
      if (revoked === null) throw new ProblemError('not-found', 'there is no such token')
      const { token, isNew } = revoked
      const what = { token: { id, name: token.name } }
      if (isNew) await audit.act('token revoked', actorOf(call.admitted), what)
      return documentAnswer(call, tokenView(token))
    },
  }
}

/** Whose tokens somebody may see and revoke; null: everybody's. */
function ownOnly({ name, grants }: Principal): string | null {
  return grants.admin ? null : name
}
