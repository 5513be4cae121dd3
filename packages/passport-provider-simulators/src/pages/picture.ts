import { createHash } from 'node:crypto'
import { type Answer, answerText } from '../http.js'

const SVG = 'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" width="96" height="96"'

/** A picture of a person: head and shoulders, in a colour made from the name; `blank` is grey. */
export function drawPicture(name: string): string {
  const hue = createHash('sha256').update(name).digest().readUInt16BE() % 360
  const tone = name === 'blank' ? '220 8%' : `${hue} 55%`
  return `<svg ${SVG}><rect width="96" height="96" fill="hsl(${tone} 42%)"/><circle cx="48" cy="37" r="17" fill="hsl(${tone} 88%)"/><path d="M14 96a34 34 0 0 1 68 0z" fill="hsl(${tone} 88%)"/></svg>`
}

/** Answers with the picture for a name. */
export function answerPicture(name: string): Answer {
  return answerText(200, 'image/svg+xml', drawPicture(name), {
    'cache-control': 'public, max-age=3600',
    'content-security-policy': "default-src 'none'",
  })
}
