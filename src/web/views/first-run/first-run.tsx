import { CopyButton } from '../../components/copy-button.tsx'
import { Icon } from '../../components/icon.tsx'
import { Link } from '../../components/link.tsx'
import { useApp } from '../../state/app-state.ts'
import { useNow } from '../overview/use-now.ts'

/** What an empty book shows: how to log the first event, and that it has come. */
export function FirstRun() {
  const { session } = useApp()
  const { now } = useNow()
  const hasCome = (now?.accepted ?? 0) > 0
  const { origin } = window.location
  const key = session.authorization.value === null ? '' : `-H "X-API-Key: $KEY" `
  const curl = `curl ${key}${origin}/api/v1/eventlog \\
  -d '{"facility":"shop","level":"info","event":"first event"}'`
  const client = `import { createLogger } from 'minutebook/client'

const log = createLogger({ facility: 'shop', url: '${origin}' })
log.info('order placed', { orderId: 4711, total: 12.5 })`
  return (
    <div class="page first-run">
      <h1>The book is empty</h1>
      <p class={`waiting-for ${hasCome ? 'come' : ''}`} role="status">
        {hasCome ? <Icon name="check" /> : <span class="spinner" aria-hidden="true" />}
        {hasCome
          ? 'The first event has come. It is shown here as soon as its minute has closed.'
          : 'Waiting for the first event…'}
      </p>
      {hasCome ? <Link href="/tail">See it now, in the tail</Link> : null}
      <Snippet title="From a terminal" text={curl} />
      <Snippet title="From Bun or Node.js" text={client} />
      <p class="soft">
        Everything else is in the <a href="/swagger">API's documentation</a>, where each operation
        can be tried.
      </p>
    </div>
  )
}

function Snippet({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <section class="card" aria-label={title}>
      <header>
        <h2>{title}</h2>
        <CopyButton label="Copy" text={() => text} />
      </header>
      <pre class="snippet" tabIndex={0}>
        {text}
      </pre>
    </section>
  )
}
