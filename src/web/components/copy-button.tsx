import { useEffect, useState } from 'preact/hooks'
import { Button } from './button.tsx'

export interface CopyButtonProps {
  readonly label: string
  /** What is copied; asked for when pressed. */
  text(): string | Promise<string>
}

const shownMs = 1_500

/** Copies a text, and says that it has. */
export function CopyButton({ label, text }: CopyButtonProps) {
  const [said, setSaid] = useState<'done' | 'failed' | null>(null)
  useEffect(() => {
    if (said === null) return undefined
    const timer = setTimeout(() => setSaid(null), shownMs)
    return () => clearTimeout(timer)
  }, [said])
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(await text())
      setSaid('done')
    } catch {
      setSaid('failed')
    }
  }
  const shown = said === null ? label : said === 'done' ? 'Copied' : 'Not copied'
  return (
    <Button
      label={shown}
      icon={said === 'done' ? 'check' : 'copy'}
      kind="quiet"
      onPress={() => void copy()}
    />
  )
}
