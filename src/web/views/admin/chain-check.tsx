import { useEffect, useRef, useState } from 'preact/hooks'
import type { MinuteList } from '../../api/answers.ts'
import type { Api, Query } from '../../api/api.ts'
import { Button } from '../../components/button.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { formatCount } from '../../components/number-text.ts'
import { useApp } from '../../state/app-state.ts'

interface Progress {
  readonly pages: number
  readonly isDone: boolean
  /** The minute of the first page that does not go on from the one before; null: none. */
  readonly broken: string | null
  readonly failure: string | null
  /** The link of the newest page that was looked at: all of them follow from it. */
  readonly head: { readonly minute: string; readonly link: string } | null
}

const pagesPerRequest = 5_000

/** Whether each page's link goes on from that of the page before: nothing was taken out or put in between. */
export function ChainCheck() {
  const { api } = useApp()
  const [progress, setProgress] = useState<Progress | null>(null)
  const running = useRef<AbortController | null>(null)
  useEffect(() => () => running.current?.abort(), [])
  const check = (): void => {
    const over = new AbortController()
    running.current = over
    walk(api, over.signal, setProgress).catch((error: unknown) => {
      if (over.signal.aborted) return
      const failure = error instanceof Error ? error.message : String(error)
      setProgress({ pages: 0, isDone: true, broken: null, failure, head: null })
    })
  }
  const stop = (): void => {
    running.current?.abort()
    setProgress(null)
  }
  const isRunning = progress !== null && !progress.isDone
  return (
    <section class="card wide" aria-label="Chain">
      <header>
        <h2>Chain of pages</h2>
        {isRunning ? (
          <Button label="Stop" onPress={stop} />
        ) : (
          <Button label="Check" onPress={check} />
        )}
      </header>
      <div class="card-body">
        <p class="soft">
          Every page names the one before. Whether the stored bytes are those of the digests is
          checked by <code>minutebook verify</code>, on the server's own disk.
        </p>
        {progress === null ? null : <Found progress={progress} />}
      </div>
    </section>
  )
}

function Found({ progress }: { readonly progress: Progress }) {
  const { pages, isDone, broken, failure, head } = progress
  const counted = `${formatCount(pages)} ${pages === 1 ? 'page' : 'pages'}`
  if (failure !== null)
    return (
      <p class="bad" role="alert">
        {failure}
      </p>
    )
  if (broken !== null) {
    return (
      <p class="bad" role="alert">
        The page of {broken} does not go on from the one before.
      </p>
    )
  }
  return (
    <>
      <p class={isDone ? 'good' : ''} role="status">
        {isDone ? `${counted}: each goes on from the one before.` : `${counted}…`}
      </p>
      {isDone && head !== null ? <Head {...head} /> : null}
    </>
  )
}

/** Kept elsewhere, it shows later that nothing before it has been changed. */
function Head({ minute, link }: { readonly minute: string; readonly link: string }) {
  return (
    <div class="row middle">
      <span class="soft">
        The link of {minute}: <code title={link}>{link.slice(0, 16)}…</code>
      </span>
      <CopyButton label="Copy the link" text={() => `${minute} ${link}`} />
    </div>
  )
}

async function walk(
  api: Api,
  signal: AbortSignal,
  tell: (progress: Progress) => void,
): Promise<void> {
  let since: string | null = null
  let link: string | null = null
  let pages = 0
  let head: Progress['head'] = null
  for (;;) {
    const query: Query = { since, limit: pagesPerRequest }
    const list: MinuteList = await api.json('/eventqry/minutes', query, signal)
    const { minutes, next } = list
    for (const page of minutes) {
      if (link !== null && page.previous !== link) {
        return tell({ pages, isDone: true, broken: page.minute, failure: null, head })
      }
      link = page.link
      head = { minute: page.minute, link }
      pages++
    }
    const isDone = minutes.length < pagesPerRequest
    tell({ pages, isDone, broken: null, failure: null, head })
    if (isDone) return
    since = new URL(next, location.origin).searchParams.get('since')
  }
}
