import { useEffect, useRef, useState } from 'preact/hooks'
import type { MinuteList } from '../../api/answers.ts'
import type { Api, Query } from '../../api/api.ts'
import { Button } from '../../components/button.tsx'
import { formatCount } from '../../components/number-text.ts'
import { useApp } from '../../state/app-state.ts'

interface Progress {
  readonly pages: number
  readonly isDone: boolean
  /** The minute of the first page that does not go on from the one before; null: none. */
  readonly broken: string | null
  readonly failure: string | null
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
      setProgress({ pages: 0, isDone: true, broken: null, failure })
    })
  }
  const isRunning = progress !== null && !progress.isDone
  return (
    <section class="card" aria-label="Chain">
      <header>
        <h2>Chain of pages</h2>
        <Button label="Check" isDisabled={isRunning} onPress={check} />
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
  const { pages, isDone, broken, failure } = progress
  const counted = `${formatCount(pages)} pages`
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
    <p class={isDone ? 'good' : ''} role="status">
      {isDone ? `${counted}: each goes on from the one before.` : `${counted}…`}
    </p>
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
  for (;;) {
    const query: Query = { since, limit: pagesPerRequest }
    const list: MinuteList = await api.json('/eventqry/minutes', query, signal)
    const { minutes, next } = list
    for (const page of minutes) {
      if (link !== null && page.previous !== link) {
        return tell({ pages, isDone: true, broken: page.minute, failure: null })
      }
      link = page.link
      pages++
    }
    const isDone = minutes.length < pagesPerRequest
    tell({ pages, isDone, broken: null, failure: null })
    if (isDone) return
    since = new URL(next, location.origin).searchParams.get('since')
  }
}
