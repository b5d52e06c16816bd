/** What is known of where the output goes. */
export interface Terminal {
  readonly isTerminal: boolean
  readonly hasColour: boolean
}

/** NO_COLOR takes colours away (no-color.org); FORCE_COLOR gives them to a pipe. */
export function terminalOf(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): Terminal {
  const isTerminal = stream.isTTY === true
  const forced = environment['FORCE_COLOR'] ?? ''
  const isForced = forced !== '' && forced !== '0' && forced !== 'false'
  const isPlain = (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb'
  return { isTerminal, hasColour: isForced || (isTerminal && !isPlain) }
}

export type Style = 'dim' | 'bold' | 'red' | 'green' | 'yellow' | 'cyan' | 'alarm'

const codes: Readonly<Record<Style, string>> = {
  dim: '2',
  bold: '1',
  red: '31',
  green: '32',
  yellow: '33',
  cyan: '36',
  alarm: '1;37;41',
}

export type Paint = (text: string, style: Style) => string

export const painter = (hasColour: boolean): Paint =>
  hasColour ? (text, style) => `\x1b[${codes[style]}m${text}\x1b[0m` : (text) => text

/**
 * Control characters, and those that turn the direction of a text: what someone has logged must not move the
 * cursor, nor make a line look like another.
 */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

export function printable(text: string): string {
  return text.replace(unprintable, (character) => {
    const hex = (character.codePointAt(0) ?? 0).toString(16)
    return hex.length <= 2 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`
  })
}
