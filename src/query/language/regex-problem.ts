import { RE2JS } from 're2js'

/** What is wrong with a regular expression, in words of RE2; '' for nothing. */
export function regexProblem(source: string): string {
  try {
    RE2JS.compile(source)
    return ''
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return message.replace(/^error parsing regexp: /, '')
  }
}
