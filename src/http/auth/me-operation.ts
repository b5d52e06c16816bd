import { documentAnswer } from '../answer.ts'
import { authExamples } from '../docs/auth-schemas.ts'
import { documentContent } from '../docs/content.ts'
import { schemas } from '../docs/schemas.ts'
import type { Operation } from '../operation.ts'
import { grantsView, timeView } from './views.ts'

export function meOperation(): Operation {
  return {
    method: 'GET',
    path: '/api/v1/me',
    operationId: 'getMe',
    tag: 'access',
    summary: 'Who asks',
    description:
      'The caller as the server knows it: its name, how it has proved itself, its scopes and the facilities they are bound to. On a server without credentials that is anonymous, with all of them; otherwise 401 says that a credential is needed.',
    pathParameters: [],
    query: [],
    answers: [
      {
        status: 200,
        description: 'The caller.',
        content: documentContent(schemas.ref('Me'), authExamples.me),
      },
      { status: 304, description: 'Unchanged since the ETag in If-None-Match.', content: {} },
    ],
    problems: ['not-acceptable'],
    handle: (call) => {
      const { name, way, grants, expiresMs } = call.admitted.principal
      const expires = timeView(expiresMs)
      return documentAnswer(call, { name, way, ...grantsView(grants), expires })
    },
  }
}
