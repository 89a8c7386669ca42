import assert from "node:assert/strict";
import { test } from "node:test";
import { keepAnswer } from "#components/message/tools/kept-answers.ts";
import { takeWrittenAnswers } from "#components/message/tools/written-answers.ts";
import { fold } from "#lib/protocol/fold.ts";
import { emptyRun } from "#lib/protocol/run-state.ts";
import {
  log,
  toolApprovalRequest,
  toolApprovalResponse,
  toolInputAvailable,
  toolInputStart,
} from "../../../support/event-builders.ts";
import { memoryStorage } from "../../../support/memory-storage.ts";

const question = {
  message: "What for?",
  schema: {
    type: "object",
    properties: {
      why: { type: "string" },
      size: { type: "string", enum: ["one", "two"] },
      nights: { type: "integer" },
      constructor: { type: "string" },
    },
  },
};

/** Three calls that ask: for a form, for a word about a denial, and one that was decided. */
const { runId, parts } = log(
  ...["a", "b", "c"].flatMap((id) => [
    toolInputStart(id, "ask_person"),
    toolInputAvailable(id, "ask_person", {}),
    { ...toolApprovalRequest(id), approvalId: `${id}:1`, ...(id === "a" && { question }) },
  ]),
  { ...toolApprovalResponse("c"), approvalId: "c:1" },
).reduce(fold, emptyRun(""));

test("what is being written in the forms of an answer is taken once, in its order: texts, not what is chosen", () => {
  const storage = memoryStorage();
  const keep = (key: string, value: unknown) => keepAnswer(() => storage, key, JSON.stringify(value));
  keep(`${runId} a:1 form`, { size: "two", why: "a long reason", nights: "3" });
  keep(`${runId} b:1 reason`, "Not before Friday.");
  keep(`${runId} b:1 open`, true);
  keep(`${runId} c:1 reason`, "sent already");
  keep("other-run a:1 reason", "of another answer");
  assert.deepEqual(
    takeWrittenAnswers(() => storage, { runId, parts }),
    ["a long reason", "Not before Friday."],
  );
  assert.deepEqual(
    takeWrittenAnswers(() => storage, { runId, parts }),
    [],
  );
});

test("a browser that stores nothing has nothing to take", () => {
  const refusing = (): Storage => {
    throw new DOMException("denied", "SecurityError");
  };
  assert.deepEqual(takeWrittenAnswers(refusing, { runId, parts }), []);
});
