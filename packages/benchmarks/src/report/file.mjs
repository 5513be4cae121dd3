import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = new URL('../../../../', import.meta.url)

/** The path of a file of this repository. */
export function pathOf(file) {
  return fileURLToPath(new URL(file, ROOT))
}

/** Replaces what a document has between its `<!-- name -->` and `<!-- /name -->`. */
export function writeBetween(file, name, text) {
  const path = pathOf(file)
  const document = readFileSync(path, 'utf8')
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [from, to] = [document.indexOf(open), document.indexOf(close)]
  if (from < 0 || to < from) throw new Error(`${file} has no place for ${name}`)
  writeFileSync(path, `${document.slice(0, from + open.length)}\n${text}\n${document.slice(to)}`)
}
