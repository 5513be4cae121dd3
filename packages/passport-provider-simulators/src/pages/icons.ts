import { html, type Markup } from './html.js'

const PATHS = {
  shop: 'M4 10 6 4h12l2 6M4 10v10h16V10M4 10h16M10 20v-6h4v6',
  again: 'M4 12a8 8 0 0 1 14-5l2 2M20 4v5h-5M20 12a8 8 0 0 1-14 5l-2-2M4 20v-5h5',
  question: 'M9 9a3 3 0 1 1 4 3c-1 .5-1 1-1 2M12 18h.01M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18',
  empty: 'M5 5h14v14H5zM5 19 19 5',
}

/** A small icon that screen readers skip. */
export function drawIcon(name: keyof typeof PATHS): Markup {
  return html`<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="${PATHS[name]}"/></svg>`
}
