import { refusals } from '../../event/refusal.ts'
import { problems } from '../problem.ts'

/** The tables of docs/API.md that derive from the registries stand between these lines. */
const fence = (name: string): readonly [string, string] => [`<!-- ${name} -->`, `<!-- /${name} -->`]

/** A text with its tables of problems and refusals as the registries have them. Throws without fences. */
export function withProblemTable(text: string): string {
  const problemRows = Object.entries(problems).map(([code, { status, title, explanation }]) => {
    return `| ${status} | \`${code}\` | ${title} | ${explanation} |`
  })
  const refusalRows = Object.entries(refusals).map(([code, { explanation }]) => {
    return `| \`${code}\` | ${explanation} |`
  })
  const problemHead = [
    '| status | code | title | when, and what to do |',
    '| --- | --- | --- | --- |',
  ]
  const refusalHead = ['| code | why |', '| --- | --- |']
  const once = between(text, 'problems', [...problemHead, ...problemRows])
  return between(once, 'refusals', [...refusalHead, ...refusalRows])
}

function between(text: string, name: string, lines: readonly string[]): string {
  const [begin, end] = fence(name)
  const from = text.indexOf(begin)
  const to = text.indexOf(end)
  if (from < 0 || to < from) throw new Error(`there is no ${begin} … ${end}`)
  return `${text.slice(0, from)}${[begin, '', ...lines, '', ''].join('\n')}${text.slice(to)}`
}
