import type { DatabaseSync } from "node:sqlite";

type SqlValue = string | number | null;

/** A prepared statement and the rows that it returns. */
export interface PreparedStatement<Row> {
  get(...values: SqlValue[]): Row | undefined;
  all(...values: SqlValue[]): Row[];
  run(...values: SqlValue[]): void;
  /** `run` of an update; returns how many rows it changed. */
  update(...values: SqlValue[]): number;
  /** `run` of an insert; returns the row id of the new row. */
  insert(...values: SqlValue[]): number;
}

/** Prepares one statement. `Row` is what it selects: strict tables hold no other types. */
export function prepare<Row = never>(db: DatabaseSync, sql: string): PreparedStatement<Row> {
  const statement = db.prepare(sql);
  return {
    // Casts: the caller names the columns that the statement selects.
    get: (...values) => statement.get(...values) as Row | undefined,
    all: (...values) => statement.all(...values) as Row[],
    run(...values) {
      statement.run(...values);
    },
    update: (...values) => Number(statement.run(...values).changes),
    insert: (...values) => Number(statement.run(...values).lastInsertRowid),
  };
}
