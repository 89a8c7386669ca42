import assert from "node:assert/strict";
import { test } from "node:test";
import { lua } from "#lib/storage/kv/scripts/lua.ts";

const declared = (script: string): string[] =>
  [...script.matchAll(/^local (?:function )?(\w+)/gm)].map(([, name = ""]) => name);

test("a script begins with the functions that it uses, and with those that these use, each before its use", () => {
  assert.deepEqual(declared(lua("return leaseReply('ok', loadRun(KEYS[1]))")), [
    "integer",
    "checkRecord",
    "loadRecord",
    "loadRun",
    "inboxOf",
    "unreadOf",
    "leaseReply",
  ]);
  assert.deepEqual(declared(lua("renewWorkItem(KEYS[1], ARGV[2], {}, '0')")), [
    "listStepMs",
    "renewWorkItem",
  ]);
});

test("a script that uses none begins with none", () => {
  assert.equal(lua("\nreturn {redis.call('GET', KEYS[1])}\n"), "return {redis.call('GET', KEYS[1])}");
});

test("a name that is only part of another is not used", () => {
  assert.deepEqual(declared(lua("return {integers, isEndedOrNot}")), []);
});
