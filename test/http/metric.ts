import type { ClockedServer } from './clocked-server.ts'

/** The value of one series, such as `name` or `name{code="x"}`; null when it is not there. */
export async function metric(server: ClockedServer, series: string): Promise<number | null> {
  const text = await (await server.ask('/metrics')).text()
  const line = text.split('\n').find((each) => each.startsWith(`${series} `))
  return line === undefined ? null : Number(line.slice(series.length + 1))
}
