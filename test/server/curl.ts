/** What curl got: the status of the answer, or its exit code when there was none. */
export interface Curled {
  readonly exitCode: number
  readonly status: number
  readonly body: string
}

/** Runs the real curl. Its options come first, the URL last. */
export async function curl(...args: string[]): Promise<Curled> {
  const child = Bun.spawn(['curl', '-sS', '--max-time', '20', '-w', '\n%{http_code}', ...args], {
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const text = await new Response(child.stdout).text()
  const exitCode = await child.exited
  const at = text.lastIndexOf('\n')
  return { exitCode, status: Number(text.slice(at + 1)), body: text.slice(0, at) }
}
