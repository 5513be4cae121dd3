let loaded: Record<string, string> | undefined

/**
 * Decodes each HTML entity of a text once. PHP ends every entity with a semicolon, so all other
 * ampersands stay as they are.
 */
export function decodeEntities(escaped: string): string {
  // loaded only when a name is found: most texts have no entity
  const named = (loaded ??= require('character-entities-html4') as Record<string, string>)
  return escaped.replace(
    /&(?:#(\d{1,7})|#[xX]([\dA-Fa-f]{1,6})|([A-Za-z][\dA-Za-z]*));/g,
    (entity, decimal?: string, hexadecimal?: string, name?: string) => {
      if (name !== undefined) return Object.hasOwn(named, name) ? (named[name] ?? entity) : entity
      const code = decimal === undefined ? Number(`0x${hexadecimal}`) : Number(decimal)
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : entity
    },
  )
}
