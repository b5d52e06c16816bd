import type { JsonObject } from './json-object.ts'
import { asObject } from './json-object.ts'

const documents = new Map<string, Promise<JsonObject>>()

/** The OpenAPI document that a server gives, asked for once. */
export function documentOf(url: string): Promise<JsonObject> {
  let document = documents.get(url)
  if (document === undefined) {
    document = fetch(`${url}/swagger/json`).then(async (response) =>
      asObject(await response.json()),
    )
    documents.set(url, document)
  }
  return document
}

/** Throws unless the document lists the answer's status and type for its operation. Pages are left out. */
export async function assertDocumented(
  url: string,
  method: string,
  target: string,
  response: Response,
): Promise<void> {
  const path = new URL(target, url).pathname
  const paths = asObject((await documentOf(url))['paths'])
  const operation = operationOf(paths, method, path)
  if (operation === null) return
  const responses = asObject(operation['responses'])
  const declared = responses[String(response.status)]
  const what = `${method} ${path}: ${response.status}`
  if (declared === undefined) throw new Error(`${what} is not in the OpenAPI document`)
  const type = response.headers.get('content-type')?.split(';', 1)[0]
  if (type === undefined || response.body === null) return
  const content = asObject(asObject(declared)['content'])
  if (!(type in content)) throw new Error(`${what} as ${type} is not in the OpenAPI document`)
}

function operationOf(paths: JsonObject, method: string, path: string): JsonObject | null {
  const verb = method === 'HEAD' ? 'get' : method.toLowerCase()
  const resource = path.replace(/\.(json|ndjson|msgpack|csv)$/, '')
  for (const [template, item] of Object.entries(paths)) {
    const pattern = new RegExp(`^${template.replaceAll(/\{[a-z]+\}/g, '[^/]+')}$`)
    const operation = pattern.test(resource) ? asObject(item)[verb] : undefined
    if (operation !== undefined) return asObject(operation)
  }
  return null
}
