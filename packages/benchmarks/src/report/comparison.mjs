import { writeBetween } from './file.mjs'

/** Puts the table of attacks into docs/comparison.md. */
export function writeComparison(names, results, failures) {
  const cell = ({ word, how }) => word ?? (how ? `**fails**: ${how}` : 'holds')
  const lines = [
    `Run on ${new Date().toISOString().slice(0, 10)} with Node ${process.version} by \`pnpm compare:attacks\`.`,
    '',
    `| id | attack | ${names.join(' | ')} |`,
    `|---|---|${names.map(() => '---|').join('')}`,
    ...results.map(
      ({ id, title, outcomes }) => `| ${id} | ${title} | ${outcomes.map(cell).join(' | ')} |`,
    ),
    `| | **fails of ${results.length}** | ${failures.map((count) => `**${count}**`).join(' | ')} |`,
  ]
  writeBetween('docs/comparison.md', 'attacks', lines.join('\n'))
}
