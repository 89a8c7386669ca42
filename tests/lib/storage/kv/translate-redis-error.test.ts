import assert from "node:assert/strict";
import { test } from "node:test";
import { translateRedisError } from "#lib/storage/kv/translate-redis-error.ts";
import { StorageError } from "#lib/storage/storage-error.ts";

const cases = [
  ["OOM command not allowed when used memory > 'maxmemory'.", "full"],
  ["ERR max daily request size exceeded", "full"],
  ["ERR max request size exceeded. Limit: 1048576 bytes, Actual: 2000000 bytes", "too-large"],
  ["ERR max single record size exceeded", "too-large"],
  ["Unable to parse response body: <h1>413 Request Entity Too Large</h1>", "too-large"],
  ["ERR Protocol error: invalid bulk length", "too-large"],
  ["ERR string exceeds maximum allowed size (proto-max-bulk-len)", "too-large"],
  ['fetch failed, command was: ["evalsha","READONLY max request size exceeded"]', "unavailable"],
  ["READONLY You can't write against a read only replica.", "read-only"],
  ["MISCONF Redis is configured to save RDB snapshots", "read-only"],
  ["ERR user_script:4: RIVULET-NEWER 2 run script: abc", "newer-schema"],
  ["ERR user_script:4: RIVULET-DAMAGED run script: abc", "damaged"],
  ["WRONGTYPE Operation against a key holding the wrong kind of value", "damaged"],
  ["ERR attempt to compare number with nil", "damaged"],
  ["NOAUTH Authentication required.", "unavailable"],
  ["Unauthorized", "unavailable"],
  ["connect ECONNREFUSED", "unavailable"],
] as const;

test("what Redis says becomes an error that callers know", () => {
  for (const [message, code] of cases) {
    const cause = new Error(message);
    const error = translateRedisError(cause);
    assert.deepEqual([error.name, error.code, error.cause], ["StorageError", code, cause], message);
  }
});

test("an error of ours stays as it is", () => {
  const error = new StorageError("damaged", "the stored run");
  assert.equal(translateRedisError(error), error);
});

test("texts of people, which the client puts into its messages, are left out", () => {
  const { message } = translateRedisError(new Error('OOM x, command was: ["evalsha","secret text"]'));
  assert.match(message, /OOM x/);
  assert.doesNotMatch(message, /secret/);
  assert.doesNotMatch(translateRedisError(new Error("ERR x script: secret")).message, /secret/);
});
