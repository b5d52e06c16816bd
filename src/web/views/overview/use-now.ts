import { useEffect, useState } from 'preact/hooks'
import type { Now } from '../../api/answers.ts'
import { ApiError } from '../../api/api.ts'
import { useApp } from '../../state/app-state.ts'

/** How often this moment is asked for. */
const askedEveryMs = 3_000
/** The rate is over the last answers, so that it does not jump. */
const samplesMax = 4

interface Sample {
  readonly atMs: number
  readonly accepted: number
}

export interface Moment {
  readonly now: Now | null
  /** Events a second that are taken in; null: not known yet. */
  readonly rate: number | null
  /** Whether this reader may not know: one who is bound to facilities. */
  readonly isForbidden: boolean
}

const unknown: Moment = { now: null, rate: null, isForbidden: false }

/** The server's present, asked for again and again while the page is in sight. */
export function useNow(): Moment {
  const { api } = useApp()
  const [moment, setMoment] = useState<Moment>(unknown)
  useEffect(() => {
    const over = new AbortController()
    let samples: readonly Sample[] = []
    const ask = async (): Promise<void> => {
      if (document.hidden) return
      try {
        const now = await api.json<Now>('/eventqry/now', {}, over.signal)
        const sample = { atMs: performance.now(), accepted: now.accepted }
        // After a restart of the server it counts from the beginning.
        const isAnew = (samples.at(-1)?.accepted ?? 0) > now.accepted
        samples = isAnew ? [sample] : [...samples, sample].slice(-samplesMax)
        setMoment({ now, rate: rateOf(samples), isForbidden: false })
      } catch (error) {
        // The shell says when the server is away.
        samples = []
        if (!(error instanceof ApiError) || error.status !== 403) return
        clearInterval(timer)
        setMoment({ ...unknown, isForbidden: true })
      }
    }
    const timer = setInterval(() => void ask(), askedEveryMs)
    void ask()
    return () => {
      over.abort()
      clearInterval(timer)
    }
  }, [api])
  return moment
}

function rateOf(samples: readonly Sample[]): number | null {
  const first = samples[0]
  const last = samples.at(-1)
  if (first === undefined || last === undefined || first === last) return null
  return (1_000 * (last.accepted - first.accepted)) / (last.atMs - first.atMs)
}
