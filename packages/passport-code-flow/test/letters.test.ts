import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { findPages, findReadmes, ROOT } from './readme/document.js'

/** The letters of each language, without those of English. */
const LETTERS: Record<string, RegExp> = {
  mn: /[А-Яа-яЁёӨөҮү]/u,
  ru: /[А-Яа-яЁё]/u,
  vi: /[ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúýĂăĐđĨĩŨũƠơƯưẠ-ỹ]/u,
}

/** What is written with wrong letters in a text of a language; of any language without `tag`. */
function findFaults(text: string, tag = ''): string[] {
  // in a source, `\nИ` begins with an n
  const words = text.replaceAll(/\\[nrt]/g, ' ').match(/[\p{L}\p{M}]+/gu) ?? []
  const isMixed = (word: string) => /\p{sc=Latin}/u.test(word) && /\p{sc=Cyrillic}/u.test(word)
  const isForeign = (letter: string) => !/[A-Za-z]/.test(letter) && !LETTERS[tag]?.test(letter)
  const alone = /(?<=\p{sc=Cyrillic}[ ,.]+)[A-Za-z](?=[ ,.]+\p{sc=Cyrillic})/gu
  return [
    ...words.filter((word) => word !== word.normalize('NFC')),
    ...words.filter(isMixed),
    ...(text.match(alone) ?? []),
    ...(tag in LETTERS ? (text.match(/\p{L}/gu) ?? []).filter(isForeign) : []),
  ]
}

/** The sources of a package or an example. */
function findSources(folder: string): string[] {
  const source = path.join(folder, 'src')
  if (!existsSync(path.join(ROOT, source))) return []
  return readdirSync(path.join(ROOT, source), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|json)$/.test(name))
    .map((name) => path.join(source, name))
}

const folders = ['packages', 'examples'].flatMap((parent) =>
  readdirSync(path.join(ROOT, parent)).map((name) => path.join(parent, name)),
)
const files = [...findReadmes(), ...findPages(), ...folders.flatMap(findSources)]

const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8')

it('no text has a word of Latin and Cyrillic letters, or a letter in two parts', () => {
  expect(files.filter((file) => /[А-я]/.test(read(file))).length).toBeGreaterThan(10)
  expect(files.flatMap((file) => findFaults(read(file)).map((fault) => [file, fault]))).toEqual([])
})

it.each(['mn', 'ru', 'vi'])('the texts in %s have no letter of another language', (tag) => {
  const own = files.filter((file) => new RegExp(`[/.]${tag}\\.(md|ts|json)$`).test(file))
  // the messages, the texts of the launch page and of the shop, and a README
  expect(own).toHaveLength(4)
  expect(own.flatMap((file) => findFaults(read(file), tag))).toEqual([])
})

it.each([
  ['a Latin letter in a Cyrillic word', 'ru', 'aккаунт', 'aккаунт'],
  ['a Latin letter as a Cyrillic word', 'ru', 'вход c сайта', 'c'],
  ['a Ukrainian letter', 'mn', 'хєтэвч', 'є'],
  ['a Mongolian letter in Russian', 'ru', 'вүод', 'ү'],
  ['a Latin letter with a mark', 'vi', 'đǎng nhập', 'ǎ'],
  ['a letter in two parts', 'vi', 'lại'.normalize('NFD'), 'lại'.normalize('NFD')],
])('finds %s', (_what, tag, text, fault) => {
  expect(findFaults(text, tag)).toContain(fault)
})
