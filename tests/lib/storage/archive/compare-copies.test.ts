import assert from "node:assert/strict";
import { test } from "node:test";
import type { ArchivedConversation, ArchivedRun } from "#lib/storage/archive/archive.ts";
import { isContinued } from "#lib/storage/archive/compare-copies.ts";

const entry = (seq: number) => ({ seq, epoch: 1, json: `{"seq":${seq}}` });
const run: ArchivedRun = {
  ...{ runId: "r", conversationId: "c", userId: "u", bodyHash: "h", messageId: "m", userMessageId: "q" },
  ...{ parentRunId: null, agent: "a", model: null, status: "running", epoch: 1, head: 1, createdAt: 1 },
  ...{ leaseUntil: 9, token: "t", suspendedToken: null, holderHost: null, holderBoot: null, holderPid: null },
  ...{ holderStartedAt: null, stopBy: null, stopReason: null, stopAt: null, continuations: 0 },
  ...{ unread: 0, fold: null, entries: [entry(1)], inbox: [] },
};
const original: ArchivedConversation = {
  ...{ id: "c", userId: "u", title: "T", titleIsCustom: 0, createdAt: 1, updatedAt: 2, activeRunId: "r" },
  ...{
    deletedAt: null,
    queue: null,
    queueVersion: 0,
    queueDue: 0,
    choices: null,
    messages: [{ id: "q", json: "{}" }],
    runs: [run],
  },
};
const copy = (
  fields: Partial<ArchivedConversation>,
  runs: Partial<ArchivedRun>[] = [{}],
): ArchivedConversation => ({
  ...original,
  runs: runs.map((each) => ({ ...run, ...each })),
  ...fields,
});

const continued: [string, ArchivedConversation][] = [
  ["a run was taken over", copy({}, [{ epoch: 2, entries: [entry(1), entry(2)] }])],
  ["a run was taken over and has written nothing yet", copy({}, [{ epoch: 2 }])],
  ["there is another run", copy({}, [{}, { runId: "r2" }])],
  [
    "it has ended",
    copy({ updatedAt: 3, activeRunId: null, messages: [...original.messages, { id: "m", json: "{}" }] }, [
      { epoch: 2, status: "finished" },
    ]),
  ],
];

const others: [string, ArchivedConversation][] = [
  ["the same", original],
  ["another user's", copy({ userId: "x" }, [{ epoch: 2 }])],
  ["older", copy({ updatedAt: 1 }, [{ epoch: 2 }])],
  ["without a message", copy({ messages: [] }, [{ epoch: 2 }])],
  [
    "with messages in another order",
    copy({ messages: [{ id: "m", json: "{}" }, ...original.messages] }, [{ epoch: 2 }]),
  ],
  ["without a run", copy({}, [{ runId: "r2", epoch: 2 }, { runId: "r3" }])],
  ["of another question", copy({}, [{ epoch: 2, bodyHash: "x" }])],
  ["with a shorter log", copy({}, [{ epoch: 2, entries: [] }])],
  ["with another event in the log", copy({}, [{ epoch: 2, entries: [{ ...entry(1), json: "{}" }] }])],
];

test("a copy was continued if it has all that the original has, in the same order, and more", () => {
  for (const [what, other] of continued) assert.equal(isContinued(original, other), true, what);
});

test("a copy that is the same, or lacks or changes anything, was not", () => {
  for (const [what, other] of others) assert.equal(isContinued(original, other), false, what);
});
