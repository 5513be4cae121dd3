import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import * as vega from 'vega'
import { pathOf } from './file.mjs'

const COLOURS = { ours: '#2457a6', peers: '#9aa5b1', limit: '#b3261e' }

/** Writes one measurement's bars, and the line it should stay below, as an SVG; gives back its path. */
export async function writePlot(id, { label, limit, values }, ours) {
  const view = new vega.View(vega.parse(describe(label, limit, values, ours)), { renderer: 'none' })
  const svg = await view.toSVG()
  view.finalize()
  const file = `docs/images/bench-${id}.svg`
  mkdirSync(path.dirname(pathOf(file)), { recursive: true })
  writeFileSync(pathOf(file), `${svg}\n`)
  return file
}

function describe(label, limit, values, ours) {
  const bars = values.map(({ name, value }) => ({ name, value, own: ours.includes(name) }))
  return {
    $schema: 'https://vega.github.io/schema/vega/v6.json',
    width: 460,
    height: { signal: `${bars.length} * 24` },
    padding: 8,
    background: 'white',
    data: [{ name: 'bars', values: bars }],
    scales: [
      {
        name: 'y',
        type: 'band',
        domain: { data: 'bars', field: 'name' },
        range: 'height',
        padding: 0.25,
      },
      {
        name: 'x',
        type: 'linear',
        domain: [0, Math.max(limit, ...bars.map(({ value }) => value)) * 1.12],
        range: 'width',
      },
    ],
    axes: [
      {
        orient: 'left',
        scale: 'y',
        domain: false,
        ticks: false,
        labelFontSize: 12,
        labelPadding: 6,
        labelLimit: 260,
      },
      {
        orient: 'bottom',
        scale: 'x',
        title: `${label} (dashed: target)`,
        titleFontSize: 12,
        grid: true,
        tickCount: 6,
      },
    ],
    marks: [
      {
        type: 'rect',
        from: { data: 'bars' },
        encode: {
          enter: {
            y: { scale: 'y', field: 'name' },
            height: { scale: 'y', band: 1 },
            x: { scale: 'x', value: 0 },
            x2: { scale: 'x', field: 'value' },
            fill: { signal: `datum.own ? '${COLOURS.ours}' : '${COLOURS.peers}'` },
          },
        },
      },
      {
        type: 'rule',
        encode: {
          enter: {
            x: { scale: 'x', value: limit },
            y: { value: 0 },
            y2: { signal: 'height' },
            stroke: { value: COLOURS.limit },
            strokeDash: { value: [4, 3] },
          },
        },
      },
      {
        type: 'text',
        from: { data: 'bars' },
        encode: {
          enter: {
            y: { scale: 'y', field: 'name', band: 0.5 },
            x: { scale: 'x', field: 'value', offset: 4 },
            text: { signal: "format(datum.value, datum.value < 10 ? '.2f' : ',.0f')" },
            baseline: { value: 'middle' },
            fontSize: { value: 11 },
            fill: { value: '#222' },
          },
        },
      },
    ],
  }
}
