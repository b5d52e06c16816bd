import { formatMinute } from '../../event/time.ts'
import type { AppDependencies } from '../dependencies.ts'

/** The page at `/`: what this is, how it stands, and where to go on. */
export function landingPage(dependencies: AppDependencies, origin: string): string {
  const { closedThrough, firstMinute } = dependencies.book.state()
  const closed = closedThrough === null ? 'no minute yet' : formatMinute(closedThrough)
  const began = firstMinute === null ? 'just now' : formatMinute(firstMinute)
  const reasons = dependencies.unready()
  const state = reasons.length === 0 ? 'taking events' : `not taking events (${reasons.join(', ')})`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Minutebook</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<main>
<h1>Minutebook</h1>
<p class="lead">A logging server. Every minute, once closed, is a page that does not change.</p>
<dl>
<div><dt>State</dt><dd>${state}</dd></div>
<div><dt>Closed through</dt><dd>${closed}</dd></div>
<div><dt>Book began</dt><dd>${began}</dd></div>
<div><dt>Version</dt><dd>${dependencies.version}</dd></div>
</dl>
<h2>Log an event</h2>
<pre><code>curl -d '{"facility":"shop","level":"info","event":"first event"}' \\
  ${Bun.escapeHTML(origin)}/api/v1/eventlog</code></pre>
<h2>Go on</h2>
<ul>
<li><a href="/swagger">Explore the API</a> in Swagger UI, or read its <a href="/swagger/json">OpenAPI document</a></li>
<li><a href="/api/v1/eventqry">What the book holds</a>, and the <a href="/api/v1/eventqry/minutes">closed minutes</a></li>
<li><a href="/metrics">Metrics</a> and <a href="/health/ready">readiness</a></li>
</ul>
</main>
</body>
</html>
`
}

const style = `
:root { color-scheme: light dark; --ink: #1c1f24; --soft: #5b6470; --line: #dfe3e8; --paper: #fff; --accent: #1a5fb4 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --soft: #a2abb6; --line: #343a43; --paper: #15181c; --accent: #78aeed } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif }
main { max-width: 44rem; margin: 0 auto; padding: 4rem 1.5rem }
h1 { margin: 0; font-size: 2.25rem; letter-spacing: -0.02em }
h2 { margin: 2.5rem 0 .5rem; font-size: 1.1rem }
.lead { margin: .25rem 0 2rem; color: var(--soft); font-size: 1.05rem }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); gap: 1px; margin: 0; border: 1px solid var(--line); border-radius: .5rem; background: var(--line); overflow: hidden }
dl div { background: var(--paper); padding: .75rem 1rem }
dt { color: var(--soft); font-size: .8rem }
dd { margin: 0; font-variant-numeric: tabular-nums }
pre { margin: 0; padding: 1rem; border: 1px solid var(--line); border-radius: .5rem; overflow-x: auto; font-size: .875rem }
ul { padding-left: 1.2rem }
a { color: var(--accent) }
`
