import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { transformSync } from '@swc/core'
import { Passport } from 'passport'

/** The repository's root. */
export const ROOT = path.join(__dirname, '../../../..')

/** One program of a document. */
export interface Block {
  /** Where it stands: the document's path, the line, and the file that it is, if any. */
  title: string
  /** The last heading above it. */
  heading: string
  /** The file's name, from a first line such as `// app.js`. */
  file: string | undefined
  source: string
}

/** A document whose programs run as they stand. */
export interface Document {
  path: string
  text: string
  blocks: Block[]
  /** The Passport that its programs use. */
  passport: InstanceType<typeof Passport>
  /** The exports of one of the document's files, loaded once like a module. */
  load(file: string): unknown
  /** The exports of a block, run at once; `given` are names and modules that it uses. */
  start(block: Block, given?: Given): unknown
  /** Runs a block to its end. */
  run(block: Block, given?: Given): Promise<unknown>
}

type Given = Record<string, unknown>

/** The paths of all READMEs, in every language: the root's, the packages' and the examples'. */
export function findReadmes(): string[] {
  const below = (folder: string) => list(folder).map((name) => path.join(folder, name))
  return find(['', ...below('packages'), ...below('examples')], /^README(\.\w+)?\.md$/)
}

/** The paths of the pages in `docs`, without the API reference, which is made from the sources. */
export function findPages(): string[] {
  return find(['docs', 'docs/providers', 'docs/decisions'], /\.md$/)
}

function find(folders: string[], wanted: RegExp): string[] {
  const found = (folder: string) => list(folder).filter((name) => wanted.test(name))
  return folders.flatMap((folder) => found(folder).map((name) => path.join(folder, name)))
}

function list(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder)).sort()
}

/** Opens a document; each has a Passport of its own. */
export function openDocument(name: string): Document {
  const text = readFileSync(path.join(ROOT, name), 'utf8')
  const blocks = readBlocks(name, text)
  const passport = Object.assign(new Passport(), { Passport })
  const loaded = new Map<string, Module>()

  const requireFrom = (wanted: string, given: Given): unknown => {
    if (wanted in given) return given[wanted]
    if (wanted.startsWith('./')) return load(`${wanted.slice(2).replace(/\.js$/, '')}.js`)
    return wanted === 'passport' ? passport : requireInstalled(wanted)
  }
  const call = (Kind: typeof Function, block: Block, given: Given, module: Module): unknown => {
    const names = Object.keys(given).filter((one) => /^\w+$/.test(one))
    const program = new Kind('require', 'module', 'exports', ...names, compile(block))
    const own = (wanted: string) => requireFrom(wanted, given)
    return program(own, module, module.exports, ...names.map((one) => given[one]))
  }
  const start = (block: Block, given: Given = {}, module: Module = { exports: {} }): unknown => {
    call(Function, block, given, module)
    return module.exports
  }
  const load = (file: string): unknown => {
    const known = loaded.get(file)
    if (known) return known.exports
    const block = blocks.find((one) => one.file === file)
    if (!block) throw new Error(`${name} has no file ${file}`)
    const module = { exports: {} }
    loaded.set(file, module)
    return start(block, {}, module)
  }
  const run = async (block: Block, given: Given = {}) =>
    call(AsyncFunction, block, given, { exports: {} })
  return { path: name, text, blocks, passport, load, start, run }
}

/** A package of the workspace or of the root, or one that only the example has. */
function requireInstalled(wanted: string): unknown {
  const ofExample = { paths: [path.join(ROOT, 'examples/express')] }
  return require(wanted === 'helmet' ? require.resolve(wanted, ofExample) : wanted)
}

interface Module {
  exports: unknown
}

const AsyncFunction = (async () => undefined).constructor as typeof Function

function readBlocks(name: string, text: string): Block[] {
  return [...text.matchAll(/^```(?:js|ts|javascript|typescript|mjs|cjs)\n(.*?)^```$/gms)].map(
    ({ 1: source = '', index }) => {
      const above = text.slice(0, index)
      const line = above.split('\n').length
      const heading = [...above.matchAll(/^#+ (.*)$/gm)].at(-1)?.[1] ?? ''
      const file = /^\/\/ ([\w.-]+\.[jt]s)\n/.exec(source)?.[1]
      return { title: `${name}:${line}${file ? ` ${file}` : ''}`, heading, file, source }
    },
  )
}

/** The block as Jest can run it: types dropped, imports turned. Throws where it does not parse. */
export function compile({ source, title }: Block): string {
  const { code } = transformSync(source, {
    filename: title,
    jsc: { target: 'es2022', parser: { syntax: 'typescript', decorators: true } },
    module: { type: 'commonjs' },
    isModule: 'unknown',
  })
  return code
}
