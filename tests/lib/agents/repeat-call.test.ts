import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { createAgentProducers } from "#lib/agents/agent-producers.ts";
import type { Model } from "#lib/models/model.ts";
import type { ModelMessage } from "#lib/models/model-message.ts";
import { isEnded } from "#lib/protocol/run-status.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { localApi } from "../../support/local-api.ts";
import { question, readLog, userId } from "../../support/run-bench.ts";
import { callsTools, finished, gate, says } from "../../support/scripted-model.ts";
import { scriptedTool } from "../../support/scripted-tools.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { leaseMs, openSite, over, type Process, type Site, sweep } from "../runs/crash-bench.ts";

/** Calls a tool, and says what it gave. */
function callingModel(): Model & { sent: (readonly ModelMessage[])[] } {
  const sent: (readonly ModelMessage[])[] = [];
  return {
    ...{ id: "calling", demo: false, sent },
    async *stream({ messages }) {
      sent.push(messages);
      const results = messages.findLast(({ role }) => role === "tool");
      const [result] = results?.role === "tool" ? results.content : [];
      yield* result ? [...says(`${result.output}.`), finished] : callsTools(["c", "look", { at: "sea" }]);
    },
  };
}

/** An answer whose call has failed once, and a process that may make it once more. */
async function failedOnce(effect: "read" | "write" = "read", mayRepeat = Promise.resolve()) {
  const site = openSite();
  const model = callingModel();
  const look = scriptedTool(
    "look",
    async () => {
      if (look.runs.length === 1) throw new Error("It is away");
      await mayRepeat;
      return "It is blue";
    },
    { effect },
  );
  const agent = { name: "assistant", instructions: "Look.", tools: [look] };
  const pickProducer = createAgentProducers({
    agents: [agent],
    pickModel: async () => model,
    policy: () => "run",
  });
  const start = (): Process => site.start(model, { pickProducer });
  const run = question("What is it like?");
  await startRun(start().context, run);
  await over(site, run.runId);
  return { site, start, model, look, run };
}

const post = ({ context }: Process, conversationId: string, body: object): Promise<Response> =>
  localApi(context)(`/api/conversations/${conversationId}/runs`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify(body),
  });

async function answerOf({ storage }: Site, conversationId: string): Promise<unknown[]> {
  const answer = (await storage.conversations.get(conversationId, userId))?.messages.at(-1);
  assert.ok(answer?.role === "assistant");
  assert.equal(answer.ending?.type, "finish", JSON.stringify(answer));
  return answer.parts.map((part) =>
    part.type === "tool"
      ? [part.toolName, part.input, part.state, ...(part.retryOf === undefined ? [] : [part.retryOf])]
      : "text" in part && part.text,
  );
}

const failedCall = ["look", { at: "sea" }, "output-error"];
const whole = [failedCall, "It is away.", ["look", { at: "sea" }, "output-available", "c"], "It is blue."];

test("a failed call of a complete answer is made once more, and the answer goes on with what it gives", async () => {
  const { site, start, model, look, run } = await failedOnce();
  const { conversationId } = run;
  const body = { runId: randomUUID(), continue: run.runId, call: "c" };
  const process = start();
  assert.equal((await post(process, conversationId, body)).status, 202);
  await over(site, body.runId);
  assert.deepEqual(await answerOf(site, conversationId), whole);
  assert.deepEqual(look.runs, [{ at: "sea" }, { at: "sea" }]);
  const roles = model.sent.at(-1)?.map(({ role }) => role);
  assert.deepEqual(roles, ["system", "user", "assistant", "tool", "assistant", "tool"]);
  assert.equal((await post(process, conversationId, body)).status, 202, "the same again is the same run");
  assert.equal(look.runs.length, 2);
});

test("what cannot be made once more is refused: another call, one that was, one that changes something", async () => {
  const { site, start, run } = await failedOnce();
  const { runId, conversationId } = run;
  const process = start();
  const again = (continued: string, call: string) =>
    post(process, conversationId, { runId: randomUUID(), continue: continued, call });
  const problemOf = async (response: Response) => {
    const { code, field } = await response.json();
    return [response.status, code, field];
  };
  const refused = [400, "bad_field", "call"];
  assert.deepEqual(await problemOf(await again(runId, "d")), refused);
  assert.deepEqual(await problemOf(await again(randomUUID(), "c")), refused);
  const retried = randomUUID();
  await post(process, conversationId, { runId: retried, continue: runId, call: "c" });
  await over(site, retried);
  assert.deepEqual(await problemOf(await again(retried, "c")), refused);
  const alone = await post(process, conversationId, { runId: randomUUID(), retry: runId, call: "c" });
  assert.deepEqual(await problemOf(alone), refused);
  const writing = await failedOnce("write");
  const other = await post(writing.start(), writing.run.conversationId, {
    ...{ runId: randomUUID(), continue: writing.run.runId, call: "c" },
  });
  assert.deepEqual(await problemOf(other), refused);
});

test("what waits behind a call that is made once more makes none itself", async () => {
  const hold = gate();
  const { site, start, look, run } = await failedOnce("read", hold.promise);
  const process = start();
  const { conversationId } = run;
  await post(process, conversationId, { runId: randomUUID(), continue: run.runId, call: "c" });
  await waitUntil("it is made", () => look.runs.length === 2);
  const queued = { runId: randomUUID(), message: { text: "And now?" }, queue: true };
  assert.equal((await post(process, conversationId, queued)).status, 202);
  hold.open();
  await waitUntil("it is asked", async () => (await site.storage.runs.run(queued.runId)) !== null);
  await over(site, queued.runId);
  assert.deepEqual(await answerOf(site, conversationId), ["It is blue."]);
  const [first] = await readLog(site.storage, queued.runId);
  assert.ok(first?.type === "start" && first.retriedCall === undefined);
});

test("its writer cut off after every append, the call is made once more and the answer ends", async () => {
  for (let cut = 1; ; cut += 1) {
    const { site, start, look, run } = await failedOnce();
    const one = start();
    one.connection.killAfter(cut);
    const body = { runId: randomUUID(), continue: run.runId, call: "c" };
    const posted = post(one, run.conversationId, body).catch(() => undefined);
    const ended = async () => isEnded((await site.storage.runs.run(body.runId))?.status ?? "queued");
    await waitUntil("it is dead or has ended", async () => one.connection.dead || (await ended()));
    if (!one.connection.dead) {
      assert.ok(cut > 4);
      await posted;
      return;
    }
    site.advance(leaseMs + 1);
    sweep(start());
    await over(site, body.runId);
    const [first] = await readLog(site.storage, body.runId);
    assert.ok(first?.type === "start");
    // Cut off before its first event was kept, it is a continuation like any other.
    if (first.retriedCall === undefined) assert.equal(cut, 1);
    else assert.deepEqual(await answerOf(site, run.conversationId), whole, `cut ${cut}`);
    assert.ok(look.runs.length <= 3);
  }
});
