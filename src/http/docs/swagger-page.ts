/** Swagger UI, from the files of its package, served by us: nothing is loaded from elsewhere. */
export const swaggerPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Minutebook API</title>
<link rel="icon" type="image/png" href="/swagger/assets/favicon-32x32.png">
<link rel="stylesheet" href="/swagger/assets/swagger-ui.css">
<style>
body { margin: 0; background: #fff }
nav { max-width: 1460px; margin: 0 auto; padding: 20px 20px 0; font: 14px/1.4 system-ui, sans-serif }
nav a { color: #1a5fb4; text-decoration: none }
nav a:hover { text-decoration: underline }
.swagger-ui .information-container { padding-bottom: 0 }
.swagger-ui .info { margin: 16px 0 8px }
.swagger-ui .schemes-server-container { display: none }
</style>
</head>
<body>
<nav><a href="/">Minutebook</a></nav>
<div id="swagger-ui"></div>
<script src="/swagger/assets/swagger-ui-bundle.js"></script>
<script src="/swagger/assets/init.js" type="module"></script>
</body>
</html>
`

/**
 * The script of that page. The document's examples name a minute long past: before the document is shown, they
 * are replaced by what this book holds, so that every operation can be tried as it stands.
 */
export const swaggerInit = `const ask = async (path) => (await fetch(path)).json()

async function realValues() {
  const { newest, closedThrough } = await ask('/api/v1/eventqry')
  const minute = newest?.minute ?? closedThrough
  if (minute === null) return {}
  const values = {
    minute,
    since: minute,
    hour: minute.slice(0, 13) + 'Z',
    day: minute.slice(0, 10),
  }
  if (newest === null) return values
  const number = Math.floor(Date.parse(minute) / 60000)
  return { ...values, digest: newest.digest, id: number.toString(16).padStart(8, '0') + '00000000' }
}

// A page may hold more than a browser can show: of a text no more is read than this, and the rest is left.
const shownMax = 128 * 1024

async function fetchSome(url, request) {
  const answer = await fetch(url, request)
  const isText = /^(text|application)\\/([\\w.-]*json|csv|plain)/.test(answer.headers.get('content-type') ?? '')
  if (!isText || answer.body === null) return answer
  const { text, isWhole } = await startOf(answer.body)
  const note = 'Too much to show: this is its beginning. The command above gives all of it.\\n\\n'
  const { status, statusText, headers } = answer
  const some = new Response(isWhole ? text : note + text, { status, statusText, headers })
  return Object.defineProperty(some, 'url', { value: answer.url })
}

async function startOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  while (text.length <= shownMax) {
    const { done, value } = await reader.read()
    if (done) return { text, isWhole: true }
    text += value
  }
  await reader.cancel()
  return { text: text.slice(0, shownMax), isWhole: false }
}

const spec = await ask('/swagger/json')
const values = await realValues().catch(() => ({}))
for (const item of Object.values(spec.paths)) {
  for (const { parameters } of Object.values(item)) {
    for (const parameter of parameters ?? []) {
      const value = values[parameter.name]
      if (value !== undefined && 'example' in parameter) parameter.example = value
    }
  }
}

window.ui = SwaggerUIBundle({
  spec,
  dom_id: '#swagger-ui',
  deepLinking: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  docExpansion: 'list',
  validatorUrl: null,
  requestInterceptor: (request) => Object.assign(request, { userFetch: fetchSome }),
  presets: [SwaggerUIBundle.presets.apis],
})
`
