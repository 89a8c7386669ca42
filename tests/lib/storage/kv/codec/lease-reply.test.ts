import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeAppendResult, decodeLeaseReply } from "#lib/storage/kv/codec/lease-reply.ts";

test("a reply to a holder has its kind, the head, and the stop request if there is one", () => {
  assert.deepEqual(decodeAppendResult(["ok", "4", "", "0"], "r"), { kind: "ok", head: 4 });
  assert.deepEqual(decodeAppendResult(["dup", "4", '{"by":"user","reason":"x"}', "9"], "r"), {
    kind: "dup",
    head: 4,
    stop: { by: "user", reason: "x", at: 9 },
  });
});

test("S49 a reply that makes no sense is damaged", () => {
  assert.throws(() => decodeLeaseReply(["", "", "0"], "r"), { code: "damaged", message: /run r/ });
  assert.throws(() => decodeLeaseReply(["4", "{", "0"], "r"), { code: "damaged", message: /run r/ });
});
