import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createApprovalPolicy } from "#lib/tools/approval-policy.ts";
import type { Tool } from "#lib/tools/tool.ts";
import { agentWith, answers, callOf, resultsIn, toolTypes } from "../../support/agent-bench.ts";
import { numbered, start, steered, toolApprovalResponse, toolStart } from "../../support/event-builders.ts";
import { type ProducerOptions, type Production, produce } from "../../support/producer-bench.ts";
import { callsTools, gate, scriptedModel } from "../../support/scripted-model.ts";
import { scriptedTool } from "../../support/scripted-tools.ts";

describe("a call that asks", () => {
  const send = () => scriptedTool("send", () => "sent", { effect: "write" });
  const script = () => scriptedModel(callsTools(["c", "send", { to: "Ada" }]), answers);
  const asked = async () => {
    const production = await produce(agentWith(script(), [send()]));
    assert.deepEqual(production.outcome, { type: "waiting" });
    return numbered([start(), ...production.events]);
  };
  const resumed = async (inbox: ProducerOptions["inbox"] & {}, tool = send()) => {
    const log = await asked();
    const model = scriptedModel(answers);
    const production = await produce(agentWith(model, [tool]), { log, inbox });
    return { production, tool, model, call: callOf(production, "c", log) };
  };

  test("waits for a person, without a process, and is not run", async () => {
    const tool = send();
    const { events, outcome } = await produce(agentWith(script(), [tool]));
    assert.deepEqual([outcome, tool.runs], [{ type: "waiting" }, []]);
    const request = events.at(-1);
    assert.ok(request?.type === "tool-approval-request");
    assert.deepEqual([request.approvalId, request.effect], ["c:1", "write"]);
  });

  test("is run once it is approved, in whichever process", async () => {
    const { production, tool, call } = await resumed([toolApprovalResponse("c:1")]);
    assert.deepEqual([tool.runs, call.output, call.attempt], [[{ to: "Ada" }], "sent", 1]);
    assert.equal(production.outcome.type, "finished");
    assert.equal(
      toolTypes(production.events),
      "tool-approval-response tool-start(c) tool-output-available(c)",
    );
  });

  test("is not run once it is denied, and its model is told why", async () => {
    const { tool, call, model } = await resumed([
      { ...toolApprovalResponse("c:1", false), reason: "not Ada" },
    ]);
    assert.deepEqual([tool.runs, call.state], [[], "output-denied"]);
    assert.match(resultsIn(model, 0)[0]?.[1] ?? "", /denied.*not Ada/);
  });

  test("waits on where no decision came", async () => {
    const { production, tool } = await resumed([]);
    assert.deepEqual([production.events, production.outcome, tool.runs], [[], { type: "waiting" }, []]);
  });

  test("is not run where its tool has changed since", async () => {
    const changed = { ...send(), description: "does something else" };
    const { tool, call } = await resumed([toolApprovalResponse("c:1")], changed);
    assert.deepEqual([tool.runs, call.code], [[], "changed-tool"]);
  });

  describe("whose tool is described otherwise since the run began", () => {
    const now = { ...send(), description: "sends to everybody", definitionHash: "new" };
    const then = (): Tool => ({ ...send(), definitionHash: "old", latest: async () => now });
    const policy = createApprovalPolicy({ send: "allow" });
    const calls = () => scriptedModel(callsTools(["c", "send"]), callsTools(["d", "send"]), answers);
    const first = () => produce(agentWith(calls(), [then()], { policy }));
    const answered = (
      { events }: Production,
      answer: object,
      tool = then(),
      model = scriptedModel(callsTools(["d", "send"]), answers),
    ) =>
      produce(agentWith(model, [tool], { policy }), {
        log: numbered([start(), ...events]),
        inbox: [{ ...toolApprovalResponse("c:1"), ...answer }],
      });

    test("asks with what it says now, though it is allowed, and nothing is run before", async () => {
      now.runs.length = 0;
      const { events, outcome } = await first();
      const request = events.at(-1);
      assert.deepEqual([outcome, now.runs], [{ type: "waiting" }, []]);
      assert.deepEqual(request?.type === "tool-approval-request" && request.change, {
        description: "sends to everybody",
      });
    });

    test("is run as it is now once that is approved, in whichever process, and asks again for the next call", async () => {
      for (const tool of [then(), now]) {
        now.runs.length = 0;
        const { events, outcome } = await answered(await first(), {}, tool);
        assert.equal(now.runs.length, tool === now ? 2 : 1);
        assert.equal(outcome.type, tool === now ? "finished" : "waiting");
        assert.equal(
          events.filter(({ type }) => type === "tool-approval-request").length,
          tool === now ? 0 : 1,
        );
      }
    });

    test("asks no more once it is allowed always as it is now", async () => {
      now.runs.length = 0;
      const { outcome } = await answered(await first(), { scope: "conversation" });
      assert.deepEqual([outcome.type, now.runs.length], ["finished", 2]);
    });

    test("that only reads asks too", async () => {
      const read = (tool: Tool): Tool => ({ ...tool, effect: "read" });
      const tool = { ...read(then()), latest: async () => read(now) };
      for (const options of [{}, { policy }]) {
        const { outcome } = await produce(agentWith(calls(), [tool], options));
        assert.deepEqual(outcome, { type: "waiting" });
      }
    });
  });

  test("does not hold up what may run, and goes on as soon as a decision comes", async () => {
    const read = gate();
    const tools = [send(), scriptedTool("read", async () => (await read.promise, "read"))];
    const model = scriptedModel(callsTools(["c", "send"], ["r", "read"]), answers);
    const production = await produce(agentWith(model, tools), {
      onEvent(event, _, inbox) {
        if (event.type === "tool-start" && event.toolCallId === "r")
          inbox.receive({ head: 0, decisions: [{ approvalId: "c:1", approved: true, by: "user" }] });
        if (event.type === "tool-output-available" && event.toolCallId === "c") read.open();
      },
    });
    assert.equal(production.outcome.type, "finished");
    assert.equal(
      toolTypes(production.events),
      "tool-approval-request(c) tool-start(r) tool-approval-response tool-start(c) " +
        "tool-output-available(c) tool-output-available(r)",
    );
  });

  test("goes on with a decision that comes while another runs, also behind what a person has said", async () => {
    const read = gate();
    const tools = [send(), scriptedTool("read", async () => (await read.promise, "read"))];
    const model = scriptedModel(callsTools(["c", "send"], ["r", "read"]), answers);
    const { messageId } = steered("");
    const production = await produce(agentWith(model, tools), {
      onEvent(event, _, inbox) {
        if (event.type === "tool-start" && event.toolCallId === "r") {
          inbox.receive({ head: 0, messages: [{ messageId, text: "in French", by: "user" }] });
          const decisions = [{ approvalId: "c:1", approved: true, by: "user" }];
          setImmediate(() => inbox.receive({ head: 0, decisions }));
        }
        if (event.type === "tool-output-available" && event.toolCallId === "c") read.open();
      },
    });
    assert.equal(production.outcome.type, "finished");
    assert.equal(
      toolTypes(production.events),
      "tool-approval-request(c) tool-start(r) tool-approval-response tool-start(c) " +
        "tool-output-available(c) tool-output-available(r)",
    );
  });

  test("by an id that an earlier answer of the run had, is another call", async () => {
    const model = scriptedModel(callsTools(["c", "send"]), callsTools(["c", "send"]), answers);
    const tool = send();
    const log = await asked();
    const production = await produce(agentWith(model, [tool]), { log, inbox: [toolApprovalResponse("c:1")] });
    assert.deepEqual([production.outcome, tool.runs.length], [{ type: "waiting" }, 1]);
    const request = production.events.at(-1);
    assert.ok(request?.type === "tool-approval-request" && request.approvalId !== "c:1");
  });

  test("waits on where its tool is away, can be denied then, and is run when it is there again", async () => {
    const log = await asked();
    const away = await produce(agentWith(scriptedModel(answers), []), { log });
    assert.deepEqual([away.outcome, away.events], [{ type: "waiting" }, []]);
    const inbox = [toolApprovalResponse("c:1", false)];
    const denial = await produce(agentWith(scriptedModel(answers), []), { log, inbox });
    assert.equal(callOf(denial, "c", log).state, "output-denied");
    const { tool } = await resumed([toolApprovalResponse("c:1")]);
    assert.equal(tool.runs.length, 1);
  });

  test("that was started says that it may have done its work, where its tool is away or takes it no more", async () => {
    const before = await asked();
    const started = [toolApprovalResponse("c:1"), toolStart("c")];
    const log = [...before, ...numbered(started, { startAt: before.length + 1 })];
    const strict = { ...send(), parse: () => ({ type: "invalid", errorText: "no" }) as const };
    for (const tools of [[], [strict]]) {
      const production = await produce(agentWith(scriptedModel(answers), tools), { log });
      assert.match(callOf(production, "c", log).errorText ?? "", /may have done its work/);
    }
  });

  test("is denied or run at once where the policy says so", async () => {
    for (const [judgement, runs] of [
      ["deny", 0],
      ["run", 1],
    ] as const) {
      const tool = send();
      const { outcome } = await produce(agentWith(script(), [tool], { policy: () => judgement }));
      assert.deepEqual([outcome.type, tool.runs.length], ["finished", runs]);
    }
  });
});

describe("a tool that asks the person in the middle of its work", () => {
  const question = {
    message: "How old?",
    schema: { type: "object", properties: { age: { type: "integer" } } },
  };
  const askAge = (effect: "read" | "network") =>
    scriptedTool("ask_age", async (_, { ask }) => await ask(question), { effect });
  const script = () => scriptedModel(callsTools(["c", "ask_age"]), answers);
  const policy = () => "run" as const;

  test("waits without a process where it only reads, and is told the answer a day later", async () => {
    const first = await produce(agentWith(script(), [askAge("read")]));
    assert.deepEqual(first.outcome, { type: "waiting" });
    const request = first.events.at(-1);
    assert.ok(request?.type === "tool-approval-request");
    assert.deepEqual([request.approvalId, request.question], ["c:1:0", question]);
    const log = numbered([start(), ...first.events]);
    const again = await produce(agentWith(scriptedModel(answers), [askAge("read")]), { log });
    assert.deepEqual([again.outcome, again.events], [{ type: "waiting" }, []]);
    const inbox = [{ ...toolApprovalResponse("c:1:0"), content: { age: 5 } }];
    const second = await produce(agentWith(scriptedModel(answers), [askAge("read")]), { log, inbox });
    assert.equal(second.outcome.type, "finished");
    const { output, decision, attempt } = callOf(second, "c", log);
    assert.deepEqual([output, attempt], [{ type: "accept", content: { age: 5 } }, 2]);
    assert.deepEqual(decision?.content, { age: 5 });
  });

  test("asks anew where it asks something else than what was answered", async () => {
    const first = await produce(agentWith(script(), [askAge("read")]));
    const log = numbered([start(), ...first.events]);
    const inbox = [{ ...toolApprovalResponse("c:1:0"), content: { age: 5 } }];
    const other = { ...question, message: "How old is your cat?" };
    const tool = scriptedTool("ask_age", async (_, { ask }) => await ask(other));
    const second = await produce(agentWith(scriptedModel(answers), [tool]), { log, inbox });
    assert.deepEqual(second.outcome, { type: "waiting" });
    const call = callOf(second, "c", log);
    assert.deepEqual([call.approvalId, call.question], ["c:2:0", other]);
  });

  test("is waited for in its process where it may have begun something, and is told a refusal", async () => {
    const production = await produce(agentWith(script(), [askAge("network")], { policy }), {
      onEvent(event, _, inbox) {
        if (event.type === "tool-approval-request")
          inbox.receive({
            head: 0,
            decisions: [{ approvalId: event.approvalId, approved: false, by: "user", reason: "private" }],
          });
      },
    });
    assert.equal(production.outcome.type, "finished");
    assert.deepEqual(callOf(production, "c").output, { type: "decline", reason: "private" });
  });

  test("is told that nobody answered, once the time for that is over, and its question is closed", async () => {
    const model = script();
    const options = { policy, questionMs: 60_000 };
    const production = await produce(agentWith(model, [askAge("network")], options));
    assert.equal(production.outcome.type, "finished");
    assert.deepEqual(production.waits, [60_000]);
    assert.equal(
      toolTypes(production.events),
      "tool-start(c) tool-approval-request(c) tool-approval-response tool-output-available(c)",
    );
    assert.deepEqual(callOf(production, "c").output, { type: "cancel" });
  });

  test("whose process died is not asked for any more, but whether it may run again", async () => {
    const first = await produce(agentWith(script(), [askAge("network")], { policy }), {
      onEvent: (event, abort) => event.type === "tool-approval-request" && abort.abort("lease-lost"),
    });
    const log = numbered([start(), ...first.events]);
    const second = await produce(agentWith(scriptedModel(answers), [askAge("network")], { policy }), { log });
    assert.deepEqual(second.outcome, { type: "waiting" });
    assert.equal(toolTypes(second.events), "tool-approval-response tool-approval-request(c)");
    const call = callOf(second, "c", log);
    assert.deepEqual([call.approvalId, call.question, call.attempt], ["c:2", undefined, 1]);
  });
});
