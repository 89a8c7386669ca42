import assert from "node:assert/strict";
import { test } from "node:test";
import {
  isBrokenDatabase,
  isBusy,
  translateSqliteError,
} from "#lib/storage/sqlite/translate-sqlite-error.ts";
import { StorageError } from "#lib/storage/storage-error.ts";

const sqliteError = (errcode: number) => Object.assign(new Error("of SQLite"), { errcode });
const fileError = (code: string) => Object.assign(new Error(code), { code, syscall: "open", errno: -1 });

/** Extended codes have the kind in their low byte. */
const codes = [
  [1, "damaged"],
  [8, "read-only"],
  [8 | (1 << 8), "read-only"],
  [10, "unavailable"],
  [11, "damaged"],
  [13, "full"],
  [14, "unavailable"],
  [26, "damaged"],
] as const;

test("what SQLite says becomes an error that callers know", () => {
  for (const [errcode, code] of codes) {
    const error = translateSqliteError(sqliteError(errcode));
    assert.ok(error instanceof StorageError, `${errcode}`);
    assert.equal(error.code, code, `${errcode}`);
  }
});

test("so does what the file system says", () => {
  for (const [errno, code] of [
    ["EACCES", "read-only"],
    ["EROFS", "read-only"],
    ["ENOSPC", "full"],
    ["EDQUOT", "full"],
    ["EMFILE", "unavailable"],
  ] as const) {
    const error = translateSqliteError(fileError(errno));
    assert.ok(error instanceof StorageError);
    assert.equal(error.code, code, errno);
  }
});

test("a mistake of the caller, and any other error, stay as they are", () => {
  for (const error of [sqliteError(19), new TypeError("wrong"), "text", undefined])
    assert.equal(translateSqliteError(error), error);
});

test("only a lock that another connection holds is worth a retry", () => {
  for (const errcode of [5, 6, 5 | (2 << 8)]) assert.ok(isBusy(sqliteError(errcode)));
  for (const error of [sqliteError(13), fileError("EBUSY"), new Error("busy")]) assert.ok(!isBusy(error));
});

test("a file that is no sound database is told from a statement that fails on one record", () => {
  const isBroken = (errcode: number) => isBrokenDatabase(translateSqliteError(sqliteError(errcode)));
  assert.deepEqual([11, 11 | (3 << 8), 26, 1, 10, 13].map(isBroken), [true, true, true, false, false, false]);
  assert.equal(isBrokenDatabase(new StorageError("damaged", "a row")), false);
});
