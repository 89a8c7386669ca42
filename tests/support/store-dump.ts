import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * Every row of every table under `dir`, a line each: two dumps are equal when nothing was written between
 * them.
 */
export function dumpStore(dir: string): string {
  const file = readdirSync(dir).find((name) => /\.(db|sqlite\d?)$/.test(name));
  if (file === undefined) throw new Error(`no database in ${dir}: ${readdirSync(dir).join(", ")}`);
  const database = new DatabaseSync(join(dir, file), { readOnly: true });
  try {
    const tables = database
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
      .all();
    return tables
      .map(({ name }) => {
        const rows = database.prepare(`SELECT * FROM "${String(name)}"`).all();
        return `${String(name)}\n${rows.map((row) => JSON.stringify(row)).join("\n")}`;
      })
      .join("\n");
  } finally {
    database.close();
  }
}

/** The rows that were made or changed between two dumps; what was only purged is no change. */
export function written(before: string, after: string): string[] {
  const known = new Set(before.split("\n"));
  return after.split("\n").filter((line) => !known.has(line));
}

/** The bytes of all files under `dir`, write-ahead log included. */
export const storeBytes = (dir: string): Buffer =>
  Buffer.concat(
    readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name))),
  );
