/** Text that is already HTML. */
export class Markup {
  constructor(readonly text: string) {}
}

/** A value in a template. Texts are escaped, markup is not; undefined and false give no text. */
export type Piece = Markup | string | number | undefined | false | Piece[]

const SPECIAL: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function write(piece: Piece): string {
  if (piece === undefined || piece === false) return ''
  if (piece instanceof Markup) return piece.text
  if (Array.isArray(piece)) return piece.map(write).join('')
  return String(piece).replaceAll(/[&<>"']/g, (letter) => SPECIAL[letter] ?? letter)
}

/** A template whose values are escaped. */
export function html(parts: TemplateStringsArray, ...values: Piece[]): Markup {
  return new Markup(parts.map((part, index) => part + write(values[index])).join(''))
}
