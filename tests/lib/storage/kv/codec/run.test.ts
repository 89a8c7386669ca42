import assert from "node:assert/strict";
import { test } from "node:test";
import { runStatuses } from "#lib/protocol/run-status.ts";
import { decodeRun, decodeRunRecord, decodeStop, encodeRun } from "#lib/storage/kv/codec/run.ts";
import { fullRun, newRunRecord } from "./records.ts";

test("a run is decoded as it was encoded", () => {
  for (const record of [fullRun, newRunRecord, { ...fullRun, isContinuable: true }])
    assert.deepEqual(decodeRunRecord(encodeRun(record)), record);
  for (const status of runStatuses)
    assert.equal(decodeRunRecord(encodeRun({ ...fullRun, status })).status, status);
});

test("the bytes of a run are those of the stores that exist", () => {
  assert.deepEqual(encodeRun(fullRun), [
    ...["v", "1", "id", "r", "conversation", "c", "owner", "u", "body", "hash", "message", "m"],
    ...["question", "q", "parent", "r0", "about", '{"agent":"assistant","model":"gpt"}'],
    ...["status", "stopping", "epoch", "7", "head", "12", "createdAt", "1700000000000"],
    ...["leaseUntil", "1700000015000", "token", "token", "suspended", "older", "holder", '["h","b",1,"t"]'],
    ...["stop", '{"by":"user","reason":"enough"}', "stopAt", "1700000000001", "continuations", "2"],
    ...["brokeOff", "0", "call", "call"],
  ]);
  assert.deepEqual(encodeRun(newRunRecord), [
    ...["v", "1", "id", "r", "conversation", "c", "owner", "u", "body", "hash", "message", "m"],
    ...["question", "q", "parent", "", "about", '{"agent":"assistant"}'],
    ...["status", "queued", "epoch", "0", "head", "0", "createdAt", "5"],
    ...["leaseUntil", "0", "token", "", "suspended", "", "holder", ""],
    ...["stop", "", "stopAt", "0", "continuations", "0", "brokeOff", "", "call", "call"],
  ]);
});

test("callers see a run without tokens and hashes, and whether its conversation is deleted", () => {
  const {
    bodyHash: _,
    token: __,
    suspendedToken: ___,
    isContinuable: ____,
    lastCall: _____,
    inbox: ______,
    ...seen
  } = fullRun;
  const flat = encodeRun(fullRun);
  assert.deepEqual(decodeRun([...flat, "deletedAt", "0"]), { ...seen, deleted: false });
  assert.deepEqual(decodeRun([...flat, "deletedAt", "9"]), { ...seen, deleted: true });
  assert.equal(decodeRun([...flat, "deletedAt", "0", "unread", "2"]).unread, 2);
  assert.equal(decodeRun([...flat, "deletedAt", "0", "unread", "0"]).unread, undefined);
});

test("S49 a run that was cut short or changed by hand is damaged", () => {
  const whole = encodeRun(fullRun);
  const damaged = { code: "damaged", message: /run r / };
  for (const field of [
    "conversation",
    "owner",
    "message",
    "question",
    "about",
    "status",
    "epoch",
    "stopAt",
  ]) {
    const cut = whole.toSpliced(whole.indexOf(field), 2);
    assert.throws(() => decodeRunRecord(cut), damaged, `without ${field}`);
  }
  for (const [field, text] of [
    ["about", '{"agent":"assi'],
    ["about", "[]"],
    ["about", "{}"],
    ["status", "flying"],
    ["epoch", ""],
    ["head", "1.5"],
    ["holder", '["h"]'],
    ["stop", "{}"],
  ] as const) {
    const broken = whole.with(whole.indexOf(field) + 1, text);
    assert.throws(() => decodeRunRecord(broken), damaged, `${field} ${text}`);
  }
});

test("a stop request without a reason has none, and no text is no request", () => {
  assert.deepEqual(decodeStop('{"by":"user"}', "3", "run r"), { by: "user", at: 3 });
  assert.equal(decodeStop("", "0", "run r"), undefined);
});
