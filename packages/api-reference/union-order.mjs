// Prints the words of a union in the order in which the source has them. The compiler's own order
// depends on the order in which it reads the files.
import { Converter, makeRecursiveVisitor } from 'typedoc'

/** Called by TypeDoc. */
export function load({ converter }) {
  converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) => {
    for (const reflection of Object.values(context.project.reflections)) {
      const [declaration] = context.getSymbolFromReflection(reflection)?.declarations ?? []
      const source = declaration?.getText() ?? ''
      const place = ({ value }) => {
        const at = typeof value === 'string' ? source.indexOf(`'${value}'`) : -1
        return at < 0 ? source.length : at
      }
      const sort = ({ types }) => types.sort((one, other) => place(one) - place(other))
      reflection.type?.visit(makeRecursiveVisitor({ union: sort }))
    }
  })
}
