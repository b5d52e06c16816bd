import { join } from 'node:path'
import { auditEvents } from '../../../src/http/audit/audit-events.ts'
import { accessTable } from './expectations.ts'

/* Run as a program it writes the tables of docs/SECURITY.md; the test beside it says when that is due. */

export const securityPath = join(import.meta.dir, '../../../docs/SECURITY.md')

function auditTable(): string {
  const rows = Object.entries(auditEvents).map(([event, { level, explanation }]) => {
    return `| \`${event}\` | ${level} | ${explanation} |`
  })
  return ['| event | level | |', '| --- | --- | --- |', ...rows, ''].join('\n')
}

/** A text with its tables as the code has them. */
export function withTables(text: string): string {
  return replaced(replaced(text, 'access', accessTable()), 'audit', auditTable())
}

function replaced(text: string, name: string, table: string): string {
  const pattern = new RegExp(`(<!-- ${name}:[^\\n]*-->\\n)[\\s\\S]*?(<!-- /${name} -->)`)
  if (!pattern.test(text)) throw new Error(`there is no place for the table ${name}`)
  return text.replace(pattern, (_, begin: string, end: string) => `${begin}\n${table}\n${end}`)
}

if (import.meta.main) {
  await Bun.write(securityPath, withTables(await Bun.file(securityPath).text()))
}
