/** Columns a cell takes; names of domains, NICs and guests are a column a code point. */
const width = (text: string) => Array.from(text).length;

/**
 * A table for people: columns under headings, two spaces between, nothing drawn. Cells are made printable by whoever
 * fills them. cli-table3 stays out of the way of `list`, whose start-up is measured.
 */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heads.map((head, column) =>
    Math.max(width(head), ...rows.map((row) => width(row[column] ?? ''))),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - width(cell))))
      .join('  ')
      .trimEnd();
  return [line(heads), ...rows.map(line)].join('\n');
}
