import type { MadeCredential } from '../../auth/credential-changes.ts'
import type { Credential } from '../../auth/credential.ts'
import { documentAnswer } from '../answer.ts'
import type { AuditEvent } from '../audit/audit-events.ts'
import { actorOf } from '../audit/audit-trail.ts'
import type { AppDependencies } from '../dependencies.ts'
import { authExamples } from '../docs/auth-schemas.ts'
import { documentContent, rowsContent } from '../docs/content.ts'
import { schemas } from '../docs/schemas.ts'
import type { Call, Operation } from '../operation.ts'
import type { ProblemCode } from '../problem.ts'
import { readJson } from '../read-json.ts'
import { orProblem } from './change-problem.ts'
import { auditedCredential, credentialView } from './views.ts'
import {
  newCredentialOf,
  nothingSchema,
  wantedCredentialSchema,
  wantedRotationSchema,
} from './wanted.ts'

const path = '/api/v1/credentials'
const common = { tag: 'access', query: [], pathParameters: [] } as const
const ofOne = [{ name: 'name', description: 'Of the credential.', example: 'checkout' }] as const
const changes: readonly ProblemCode[] = ['conflict', 'disk-full', 'not-acceptable']
const bodies: readonly ProblemCode[] = [
  'body-invalid',
  'body-stalled',
  'body-too-large',
  'in-flight-full',
]

const newContent = documentContent(schemas.ref('NewCredential'), authExamples.newCredential)
const content = documentContent(schemas.ref('Credential'), authExamples.credential)

export function credentialOperations(dependencies: AppDependencies): readonly Operation[] {
  return [
    listOperation(dependencies),
    addOperation(dependencies),
    rotateOperation(dependencies),
    revokeOperation(dependencies),
    removeOperation(dependencies),
  ]
}

function listOperation({ access, nowMs }: AppDependencies): Operation {
  const example = { credentials: [authExamples.credential] }
  return {
    ...common,
    method: 'GET',
    path,
    operationId: 'getCredentials',
    summary: 'The credentials',
    description: 'Who may use the server, in the order in which they were added; never a secret.',
    answers: [
      {
        status: 200,
        description: 'The credentials, revoked and expired ones included.',
        content: rowsContent(schemas.ref('Credentials'), example, authExamples.credential),
      },
      { status: 304, description: 'Unchanged since the ETag in If-None-Match.', content: {} },
    ],
    problems: ['not-acceptable'],
    handle: async (call) => {
      const { credentials } = await access.administration()
      const rows = credentials.map((each) => credentialView(each, nowMs()))
      return documentAnswer(call, { credentials: rows }, { rows })
    },
  }
}

function addOperation(dependencies: AppDependencies): Operation {
  return {
    ...common,
    method: 'POST',
    path,
    operationId: 'addCredential',
    summary: 'Add a credential',
    description:
      'An API key or an HMAC secret is made here and shown in this answer alone; a password comes with the request. In force at once. With the first credential, requests without one are no longer admitted: let it be one with the scope admin.',
    requestBody: {
      required: true,
      description: 'The credential.',
      content: {
        'application/json': { schema: wantedCredentialSchema, example: authExamples.wanted },
      },
    },
    answers: [
      {
        status: 201,
        description: 'The credential, with its secret.',
        content: newContent,
        headers: { Location: 'Where it can be removed, with DELETE.' },
      },
    ],
    problems: [...bodies, ...changes, 'credential-refused'],
    handle: async (call) => {
      const { access, nowMs } = dependencies
      const wanted = await readJson(dependencies, call, wantedCredentialSchema)
      if (wanted instanceof Response) return wanted
      const administration = await access.administration()
      const made = await orProblem(administration.add(newCredentialOf(wanted, nowMs())))
      return answerMade(dependencies, call, made, 201)
    },
  }
}

function rotateOperation(dependencies: AppDependencies): Operation {
  return {
    ...common,
    method: 'POST',
    path: `${path}/:name/rotate`,
    operationId: 'rotateCredential',
    summary: 'Give a credential a new secret',
    description: 'The old secret and the tokens made with it end at once; rights stay as they are.',
    pathParameters: ofOne,
    requestBody: {
      required: false,
      description: 'The new password, where it is one.',
      content: { 'application/json': { schema: wantedRotationSchema, example: {} } },
    },
    answers: [
      { status: 200, description: 'The credential, with its secret.', content: newContent },
    ],
    problems: [...bodies, ...changes, 'not-found', 'credential-refused'],
    handle: async (call) => {
      const { access } = dependencies
      const wanted = await readJson(dependencies, call, wantedRotationSchema)
      if (wanted instanceof Response) return wanted
      const administration = await access.administration()
      const made = await orProblem(administration.rotate(nameOf(call), wanted.password))
      return answerMade(dependencies, call, made, 200)
    },
  }
}

function revokeOperation(dependencies: AppDependencies): Operation {
  return {
    ...common,
    method: 'POST',
    path: `${path}/:name/revoke`,
    operationId: 'revokeCredential',
    summary: 'Revoke a credential',
    description: 'It and its tokens are refused from now on. It stays listed, and its name taken.',
    pathParameters: ofOne,
    answers: [{ status: 200, description: 'The credential, revoked.', content }],
    problems: [...bodies, ...changes, 'not-found'],
    handle: async (call) => {
      const { access } = dependencies
      const nothing = await readJson(dependencies, call, nothingSchema)
      if (nothing instanceof Response) return nothing
      const administration = await access.administration()
      const revoked = await orProblem(administration.revoke(nameOf(call)))
      return answerChanged(dependencies, call, revoked, 'credential revoked')
    },
  }
}

function removeOperation(dependencies: AppDependencies): Operation {
  return {
    ...common,
    method: 'DELETE',
    path: `${path}/:name`,
    operationId: 'removeCredential',
    summary: 'Remove a credential',
    description:
      'It and its tokens end, and its name may be given again. When the last one goes, the server is open on loopback again, and only there.',
    pathParameters: ofOne,
    answers: [{ status: 200, description: 'The credential as it was.', content }],
    problems: [...changes, 'not-found'],
    handle: async (call) => {
      const administration = await dependencies.access.administration()
      const removed = await orProblem(administration.remove(nameOf(call)))
      return answerChanged(dependencies, call, removed, 'credential removed')
    },
  }
}

async function answerMade(
  { audit, nowMs }: AppDependencies,
  call: Call,
  { credential, secret }: MadeCredential,
  status: 200 | 201,
): Promise<Response> {
  const event = status === 201 ? 'credential added' : 'credential rotated'
  await audit.act(event, actorOf(call.admitted), { credential: auditedCredential(credential) })
  const document = { ...credentialView(credential, nowMs()), secret }
  const location = `${path}/${encodeURIComponent(credential.name)}`
  return documentAnswer(call, document, {
    status,
    ...(status === 201 ? { headers: { location } } : {}),
  })
}

async function answerChanged(
  { audit, nowMs }: AppDependencies,
  call: Call,
  credential: Credential,
  event: AuditEvent,
): Promise<Response> {
  await audit.act(event, actorOf(call.admitted), { credential: auditedCredential(credential) })
  return documentAnswer(call, credentialView(credential, nowMs()))
}

function nameOf({ path: { name = '' } }: Call): string {
  return name
}
