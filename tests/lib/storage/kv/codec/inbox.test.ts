import assert from "node:assert/strict";
import { test } from "node:test";
import type { InboxRecord } from "#lib/storage/core/inbox-rules.ts";
import { decodeInbox, encodeInbox, encodeInboxChanges, unreadIn } from "#lib/storage/kv/codec/inbox.ts";

const approval: InboxRecord = {
  ...{ kind: "approval", id: 'call:"1"\n:1', state: "recorded", position: 2, toolCallId: 'call:"1"\n' },
  ...{ inputHash: "h", digest: "d", json: '{"approvalId":"call","approved":true,"by":"user"}' },
};
const message: InboxRecord = {
  ...{ kind: "message", id: "m", state: "written", position: 1, toolCallId: "", inputHash: "" },
  ...{ digest: "d2", json: "" },
};

test("an inbox is decoded as it was encoded, among the other fields of its run", () => {
  const flat = ["id", "r", "v", "1", ...Object.entries(encodeInbox([approval, message])).flat()];
  assert.deepEqual(decodeInbox(flat, "run r"), [approval, message]);
  assert.deepEqual(unreadIn(flat, "r"), {
    decisions: [{ approvalId: "call", approved: true, by: "user" }],
  });
});

test("the bytes of an inbox are those of the stores that exist; a run without one has no field of it", () => {
  assert.deepEqual(encodeInbox([]), {});
  assert.deepEqual(encodeInbox([approval, message]), {
    'approval:"call:\\"1\\"\\n:1"': `recorded\n2\n"call:\\"1\\"\\n"\n"h"\nd\n${approval.json}`,
    'message:"m"': 'written\n1\n""\n""\nd2\n',
    unread: "1",
  });
});

test("changes are four arguments each behind their number", () => {
  assert.deepEqual(encodeInboxChanges([]), [0]);
  const changes = encodeInboxChanges([
    { seq: 4, type: "request", id: "a", toolCallId: "c", inputHash: "h" },
    { seq: 5, type: "written", kind: "message", id: "m", digest: "d" },
    { seq: 6, type: "answered", toolCallId: "c" },
  ]);
  assert.deepEqual(changes, [
    ...[3, 4, "request", 'approval:"a"', 'open\n0\n"c"\n"h"\n\n'],
    ...[5, "written", 'message:"m"', "d", 6, "answered", "", '"c"'],
  ]);
});

test("S49 a record that was cut or changed by hand is damaged", () => {
  for (const text of ["", "open", 'other\n0\n""\n""\n\n', 'open\nx\n""\n""\n\n', 'open\n0\n1\n""\n\n'])
    assert.throws(() => decodeInbox(['message:"m"', text], "run r"), { code: "damaged" }, text);
  assert.throws(() => decodeInbox(['message:"m" "', 'open\n0\n""\n""\n\n'], "run r"), { code: "damaged" });
});
