// The links between the pages of this repository, and how they change in a package.
import path from 'node:path'

const LINK = /(!?)\[([^\]]*)\]\(([^)\s]+)\)/g

/** The pages of `docs` that a page links to. */
export function linkedPages(page, read) {
  const targets = [...read(page).matchAll(LINK)].map(([, , , link]) => resolve(page, link).target)
  return [...new Set(targets.filter((target) => /^docs\/.*\.md$/.test(target)))]
}

/**
 * The text of `page` as it is packed. A link to another page of the repository leads to the
 * repository. While the repository has no address, it leads to the packed page, or stays plain
 * text.
 */
export function rewriteLinks(text, { page, packed, repository }) {
  const here = path.posix.dirname(packed.get(page) ?? page)
  return text
    .split(/(^```.*?^```$)/gms)
    .map((part) => (part.startsWith('```') ? part : part.replaceAll(LINK, rewrite)))
    .join('')

  function rewrite(whole, image, label, link) {
    const { target, anchor } = resolve(page, link)
    if (target === undefined || target === page) return whole
    if (repository) {
      const kind = image ? 'raw' : 'blob'
      return `${image}[${label}](${repository}/${kind}/HEAD/${target}${anchor})`
    }
    if (!packed.has(target)) return label
    return `${image}[${label}](${path.posix.relative(here, packed.get(target))}${anchor})`
  }
}

/**
 * The page of the repository and the heading that a link names; nothing for an address, or for a
 * heading of the same page.
 */
function resolve(page, link) {
  const [file, heading] = link.split('#')
  if (/^[a-z]+:/.test(link) || file === '') return { target: undefined, anchor: '' }
  const target = path.posix.join(path.posix.dirname(page), file).replace(/\/$/, '')
  return { target, anchor: heading === undefined ? '' : `#${heading}` }
}

/** The links of a packed page that lead to no file of its package. */
export function deadLinks(text, page, files) {
  const prose = text.replaceAll(/^```.*?^```$/gms, '')
  return [...prose.matchAll(LINK)]
    .map(([, , , link]) => ({ link, target: resolve(page, link).target }))
    .filter(({ target }) => target !== undefined && !files.has(target))
    .map(({ link }) => link)
}
