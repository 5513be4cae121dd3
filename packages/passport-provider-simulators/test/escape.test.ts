import { escapeEntities } from '../src/sngine/escape'

it.each([
  ['O\'Neil & "Söhne" <b>', 'O&#039;Neil &amp; &quot;S&ouml;hne&quot; &lt;b&gt;'],
  ['José', 'Jos&eacute;'],
  ['ÿ\u00a0þ ÷ ø', '&yuml;&nbsp;&thorn; &divide; &oslash;'],
  ['Ωμέγα ς', '&Omega;&mu;έ&gamma;&alpha; &sigmaf;'],
  ['a – b — “c” … €5 ™', 'a &ndash; b &mdash; &ldquo;c&rdquo; &hellip; &euro;5 &trade;'],
  ['♠♣♥♦ ⋅ ⟨', '&spades;&clubs;&hearts;&diams; &sdot; ⟨'],
  ['Мария Өлзий 😀 漢 Hồng', 'Мария Өлзий 😀 漢 Hồng'],
  ['&amp;', '&amp;amp;'],
])('stores %s as %s', (typed, stored) => {
  expect(escapeEntities(typed)).toBe(stored)
})
