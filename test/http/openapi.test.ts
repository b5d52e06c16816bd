import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { Validator } from '@seriousme/openapi-schema-validator'
import { withProblemTable } from '../../src/http/docs/problem-table.ts'
import { fileText } from '../../src/http/docs/write-openapi.ts'
import { problems } from '../../src/http/problem.ts'
import { version } from '../../src/version.ts'
import { ClockedServer } from './clocked-server.ts'
import { documentOf } from './documented.ts'
import { asList, asObject, type JsonObject } from './json-object.ts'

const root = join(import.meta.dir, '../..')
let server: ClockedServer
let document: JsonObject
let operations: readonly { readonly name: string; readonly operation: JsonObject }[]

beforeAll(async () => {
  server = await ClockedServer.start()
  document = await documentOf(server.url)
  operations = Object.entries(asObject(document['paths'])).flatMap(([path, item]) =>
    Object.entries(asObject(item)).map(([method, operation]) => {
      return { name: `${method.toUpperCase()} ${path}`, operation: asObject(operation) }
    }),
  )
})
afterAll(() => server[Symbol.asyncDispose]())

/** Whether something of the content can be shown as text. */
const isText = (type: string) => /json|text/.test(type)

describe('the OpenAPI document', () => {
  test('is valid OpenAPI 3.1', async () => {
    const validator = new Validator()
    const result = await validator.validate(structuredClone(document))
    expect(result.errors).toBeUndefined()
    expect(result.valid).toBe(true)
    expect(validator.version).toBe('3.1')
  })

  test('is what openapi/openapi.json holds; when it differs: bun run openapi', async () => {
    const info = { ...asObject(document['info']), version }
    const file = await Bun.file(join(root, 'openapi/openapi.json')).text()
    expect(file).toBe(fileText({ ...document, info }))
  })

  test('has every route of the API', () => {
    expect(operations.map(({ name }) => name).sort()).toEqual([
      'DELETE /api/v1/credentials/{name}',
      'DELETE /api/v1/eventlog',
      'DELETE /api/v1/tokens/{id}',
      'GET /api/v1/credentials',
      'GET /api/v1/eventqry',
      'GET /api/v1/eventqry/catalogue',
      'GET /api/v1/eventqry/days/{day}',
      'GET /api/v1/eventqry/events/{id}',
      'GET /api/v1/eventqry/events/{id}/context',
      'GET /api/v1/eventqry/fields',
      'GET /api/v1/eventqry/fields/{field}/values',
      'GET /api/v1/eventqry/hours/{hour}',
      'GET /api/v1/eventqry/minutes',
      'GET /api/v1/eventqry/minutes/{minute}',
      'GET /api/v1/eventqry/now',
      'GET /api/v1/eventqry/pages/{digest}',
      'GET /api/v1/eventqry/producers',
      'GET /api/v1/eventqry/search',
      'GET /api/v1/eventqry/stats',
      'GET /api/v1/eventqry/tail',
      'GET /api/v1/me',
      'GET /api/v1/producers',
      'GET /api/v1/redactions',
      'GET /api/v1/retention',
      'GET /api/v1/signing-keys',
      'GET /api/v1/tokens',
      'GET /health/live',
      'GET /health/ready',
      'GET /metrics',
      'POST /api/v1/credentials',
      'POST /api/v1/credentials/{name}/revoke',
      'POST /api/v1/credentials/{name}/rotate',
      'POST /api/v1/eventlog',
      'POST /api/v1/signing-keys',
      'POST /api/v1/tokens',
    ])
  })

  test('describes every operation, and names each once', () => {
    const ids = operations.map(({ operation }) => operation['operationId'])
    expect(new Set(ids).size).toBe(operations.length)
    for (const { name, operation } of operations) {
      for (const member of ['operationId', 'summary', 'description']) {
        expect(operation[member], `${name} ${member}`).toBeString()
      }
      expect(asList(operation['tags']), name).toHaveLength(1)
    }
  })

  test('describes every parameter, with an example', () => {
    for (const { name, operation } of operations) {
      for (const each of asList(operation['parameters'])) {
        const parameter = asObject(each)
        const what = `${name} ${parameter['name']}`
        expect(parameter['description'], what).toBeString()
        expect(parameter['example'] ?? parameter['examples'], what).toBeDefined()
      }
    }
  })

  test('describes every answer, with examples of all that is text', () => {
    for (const { name, operation } of operations) {
      for (const [status, each] of Object.entries(asObject(operation['responses']))) {
        const answer = asObject(each)
        expect(answer['description'], `${name} ${status}`).toBeString()
        for (const [type, media] of Object.entries(asObject(answer['content'] ?? {}))) {
          const { schema, example, examples } = asObject(media)
          expect(schema, `${name} ${status} ${type}`).toBeDefined()
          if (isText(type)) expect(example ?? examples, `${name} ${status} ${type}`).toBeDefined()
        }
      }
    }
  })

  test('describes the body of POST in each of its types', () => {
    const post = operations.find(({ name }) => name === 'POST /api/v1/eventlog')
    const body = asObject(post?.operation['requestBody'])
    expect(body['description']).toBeString()
    expect(Object.keys(asObject(body['content']))).toEqual([
      'application/json',
      'application/x-ndjson',
      'application/msgpack',
      'application/x-msgpack',
      'application/vnd.msgpack',
    ])
  })
})

/** Codes of all problems that some operation documents, by the examples of its answers. */
const documented = (): Set<string> => {
  const codes = operations.flatMap(({ operation }) =>
    Object.values(asObject(operation['responses'])).flatMap((answer) => {
      const content = asObject(asObject(answer)['content'] ?? {})
      const problem = content['application/problem+json']
      return problem === undefined ? [] : Object.keys(asObject(asObject(problem)['examples']))
    }),
  )
  return new Set(codes)
}

describe('the registry of problems', () => {
  test('is what the document names: every code, and none besides', () => {
    // No operation answers 405: it is for methods that are no operation.
    const expected = Object.keys(problems).filter((code) => code !== 'method-not-allowed')
    expect([...documented()].sort()).toEqual(expected.sort())
  })

  test('is the table in docs/API.md; when it differs: bun run openapi', async () => {
    const text = await Bun.file(join(root, 'docs/API.md')).text()
    expect(text).toBe(withProblemTable(text))
    for (const code of Object.keys(problems)) expect(text).toContain(`\`${code}\``)
  })

  test('has a page for each type', async () => {
    for (const [code, { status, title }] of Object.entries(problems)) {
      expect(await server.json(`/problems/${code}`)).toMatchObject({ code, status, title })
    }
    expect((await server.ask('/problems/none')).status).toBe(404)
  })
})
