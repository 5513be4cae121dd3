import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'

const LEGS = ['whole login', 'callback leg']
const COLOURS = { ours: '#2457a6', others: '#9aa5b1' }

/** The CPU of a whole login and of its callback leg, one bar for each contender, as an SVG. */
export function drawPicture(bars) {
  const { document } = parseHTML('<html><body></body></html>')
  const isOurs = ({ name }) => /monpay|zalopay|moneypools/.test(name)
  const names = [...new Set(bars.map(({ name }) => name))]
  // a very long bar would make the others too short to compare, so it is cut. Its number has the
  // whole value.
  const longest = 2
  const svg = Plot.plot({
    document,
    width: 910,
    height: 90 + names.length * 30,
    marginLeft: 250,
    marginTop: 44,
    marginBottom: 44,
    style: { fontFamily: 'system-ui, sans-serif', fontSize: '13px', background: 'white' },
    x: {
      domain: [0, longest * 1.12],
      ticks: 5,
      label: 'CPU, times passport-oauth2',
      labelAnchor: 'center',
    },
    y: { domain: names, label: null, tickSize: 0 },
    fx: { domain: LEGS, label: null },
    marks: [
      Plot.gridX({ ticks: 5 }),
      Plot.barX(bars, {
        fx: 'leg',
        y: 'name',
        x: ({ value }) => Math.min(value, longest),
        fill: (bar) => (isOurs(bar) ? COLOURS.ours : COLOURS.others),
        insetTop: 3,
        insetBottom: 3,
      }),
      Plot.ruleX([1], { stroke: '#222', strokeDasharray: '4 3' }),
      Plot.text(bars, {
        fx: 'leg',
        y: 'name',
        x: ({ value }) => Math.min(value, longest),
        text: ({ value }) => value.toFixed(2) + (value > longest ? ' →' : ''),
        stroke: 'white',
        strokeWidth: 4,
        fill: '#222',
        textAnchor: 'start',
        dx: 5,
      }),
    ],
  })
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  return `${svg.outerHTML}\n`
}
