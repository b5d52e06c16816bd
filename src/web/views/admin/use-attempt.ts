import { useState } from 'preact/hooks'

export interface Attempt {
  /** What the server, or the way to it, said against the last action; null: nothing. */
  readonly said: string | null
  readonly isRunning: boolean
  /** Does something that may fail; true: it has been done. */
  attempt(action: () => Promise<void>): Promise<boolean>
  /** Takes away what was said. */
  forget(): void
}

/** Actions of a form, one at a time, and what is said against them. */
export function useAttempt(): Attempt {
  const [said, setSaid] = useState<string | null>(null)
  const [isRunning, setRunning] = useState(false)
  const attempt = async (action: () => Promise<void>): Promise<boolean> => {
    setSaid(null)
    setRunning(true)
    try {
      await action()
      return true
    } catch (error) {
      setSaid(error instanceof Error ? error.message : String(error))
      return false
    } finally {
      setRunning(false)
    }
  }
  return { said, isRunning, attempt, forget: () => setSaid(null) }
}
