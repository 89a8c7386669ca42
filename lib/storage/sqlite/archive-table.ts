import type { DatabaseSync } from "node:sqlite";

type ColumnValue = string | number | null;

/**
 * Reads and writes rows by the field names of `columns`. `key`: a column that is no field. `into`: the table
 * to write to, if `name` is a view. `onConflict`: what an insert does with a row that is there.
 */
export function createArchiveTable<Field extends string>(
  db: DatabaseSync,
  name: string,
  columns: Readonly<Record<Field, string>>,
  where: string,
  key?: string,
  into = name,
  onConflict = "",
) {
  const fields = Object.keys(columns) as Field[]; // Cast: a constant of this room, no other keys.
  const selected = fields.map((field) => `${columns[field]} as "${field}"`).join(", ");
  const names = [...(key === undefined ? [] : [key]), ...fields.map((field) => columns[field])];
  const selectRows = db.prepare(`select ${selected} from ${name} where ${where}`);
  const insertRow = db.prepare(
    `insert ${onConflict} into ${into} (${names.join(", ")}) values (${names.map(() => "?").join(", ")})`,
  );
  return {
    select: (value: string) => selectRows.all(value),
    insert(row: Readonly<Record<Field, ColumnValue>>, value?: string) {
      insertRow.run(...(value === undefined ? [] : [value]), ...fields.map((field) => row[field]));
    },
  };
}
