import type { ClientProblem, OnProblem } from './sink.ts'

const quietMs = 60_000

/** Writes a problem to standard error, each code at most once a minute. */
export function tellOnStderr(nowMs: () => number): OnProblem {
  const told = new Map<ClientProblem['code'], number>()
  return ({ code, detail }) => {
    const last = told.get(code)
    if (last !== undefined && nowMs() - last < quietMs) return
    told.set(code, nowMs())
    process.stderr.write(`minutebook: ${code}: ${oneLine(detail)}\n`)
  }
}

/** What a server says must neither look like other lines nor move the cursor. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()
