import assert from "node:assert/strict";
import { test } from "node:test";
import { isPassing } from "#lib/storage/is-passing.ts";
import { translateRedisError } from "#lib/storage/kv/translate-redis-error.ts";
import { StorageError } from "#lib/storage/storage-error.ts";

const codes: [StorageError["code"], passes: boolean][] = [
  ["unavailable", true],
  ["full", true],
  ["read-only", true],
  ["too-large", false],
  ["newer-schema", false],
  ["damaged", false],
];
for (const [code, passes] of codes) {
  test(`a store that is ${code} ${passes ? "is asked again" : "would say the same again"}`, () => {
    assert.equal(isPassing(new StorageError(code, "")), passes);
  });
}

test("a mistake of ours does not pass", () => {
  for (const error of [new TypeError("x"), undefined, "away"]) assert.equal(isPassing(error), false);
});

const passing = [
  "connect ECONNREFUSED 127.0.0.1:6379",
  "fetch failed",
  "no answer within 5000 ms",
  "Socket closed unexpectedly",
  "ERR max requests limit exceeded. Limit: 500000, Usage: 500000",
  "Too Many Requests",
  "LOADING Redis is loading the dataset in memory",
  "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.",
  "READONLY You can't write against a read only replica.",
  "MISCONF Redis is configured to save RDB snapshots",
  "OOM command not allowed when used memory > 'maxmemory'.",
  "TRYAGAIN Multiple keys request during rehashing of slot",
  "CLUSTERDOWN The cluster is down",
  "MASTERDOWN Link with MASTER is down",
];
for (const message of passing) {
  test(`what Redis says in passing is asked again: ${message.slice(0, 30)}`, () => {
    assert.equal(isPassing(translateRedisError(new Error(message))), true);
  });
}
