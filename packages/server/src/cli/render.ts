/** JSON as people read it: a list as a table, an object as one line a field. */
export function rendered(value: unknown, empty = 'Nothing.'): string {
  if (!Array.isArray(value)) return fields(entriesOf(value));
  const rows = value.map((item: unknown) => Object.fromEntries(entriesOf(item)));
  return rows.length === 0 ? empty : table(rows);
}

type Row = Readonly<Record<string, string>>;

function fields(entries: readonly (readonly [string, string])[]): string {
  const width = Math.max(...entries.map(([name]) => name.length));
  return entries.map(([name, text]) => `${name.padEnd(width)}  ${text}`).join('\n');
}

/** A column that is empty in every row is left out. */
function table(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {}).filter((column) => rows.some((row) => row[column] !== NOTHING));
  const widths = columns.map((column) => Math.max(column.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(columns.map((column) => column.toUpperCase())), ...rows.map((row) => line(columns.map((column) => row[column] ?? '')))].join('\n');
}

const NOTHING = '-';

function entriesOf(value: unknown): [string, string][] {
  return Object.entries(value ?? {}).map(([name, item]) => [name, cell(item)]);
}

function cell(value: unknown): string {
  if (value === null || value === undefined || value === '') return NOTHING;
  if (Array.isArray(value)) return value.length === 0 ? NOTHING : value.map(cell).join(', ');
  return harmless(typeof value === 'object' ? JSON.stringify(value) : String(value));
}

/** Names are chosen by users; nothing in them may steer the operator's terminal. */
function harmless(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
}
