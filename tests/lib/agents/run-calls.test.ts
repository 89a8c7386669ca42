import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { agentWith, answers, foldOf, resultsIn, toolTypes } from "../../support/agent-bench.ts";
import { numbered, start, steered, toolApprovalResponse } from "../../support/event-builders.ts";
import { within } from "../../support/model-messages.ts";
import { produce } from "../../support/producer-bench.ts";
import {
  callsTools,
  finished,
  gate,
  type ModelLine,
  says,
  scriptedModel,
} from "../../support/scripted-model.ts";
import { scriptedTool } from "../../support/scripted-tools.ts";

test("a call is started, run and answered, and its model goes on with the output", async () => {
  const add = scriptedTool("add", ({ a, b }) => Number(a) + Number(b));
  const model = scriptedModel([...says("Let me add."), ...callsTools(["c", "add", { a: 2, b: 3 }])], answers);
  const production = await produce(agentWith(model, [add]));
  assert.equal(
    production.events.map(({ type }) => type).join(" "),
    "start-step agent-input text-start text-delta text-end tool-input-start tool-input-delta tool-input-available " +
      "tool-start tool-output-available finish-step " +
      "start-step agent-input text-start text-delta text-end finish-step",
  );
  assert.deepEqual(production.outcome, { type: "finished", finishReason: "stop" });
  assert.deepEqual(resultsIn(model, 1), [["c", "5"]]);
  assert.deepEqual(
    model.requests[0]?.request.tools?.map(({ name }) => name),
    ["add"],
  );
});

test("calls run at once, the fast one's result comes first, and the model reads them in the order of the calls", async () => {
  const slow = gate();
  const tools = [
    scriptedTool("slow", async () => (await slow.promise, "slow")),
    scriptedTool("fast", () => "fast"),
  ];
  const model = scriptedModel(callsTools(["a", "slow"], ["b", "fast"]), answers);
  const production = await produce(agentWith(model, tools), {
    onEvent: (event) => event.type === "tool-output-available" && event.toolCallId === "b" && slow.open(),
  });
  assert.equal(
    toolTypes(production.events),
    "tool-start(a) tool-start(b) tool-output-available(b) tool-output-available(a)",
  );
  assert.deepEqual(resultsIn(model, 1), [
    ["a", "slow"],
    ["b", "fast"],
  ]);
});

test("the start of a call says where what it gives back is written by others, whoever allowed it", async () => {
  const tools = [
    scriptedTool("own", () => "own"),
    { ...scriptedTool("far", () => "far"), effect: "network" as const },
    { ...scriptedTool("theirs", () => "theirs"), definitionHash: "h" },
  ];
  const model = scriptedModel(callsTools(["a", "own"], ["b", "far"], ["c", "theirs"]), answers);
  const { events } = await produce(agentWith(model, tools, { policy: () => "run" }));
  assert.deepEqual(
    events.flatMap((event) => (event.type === "tool-start" ? [event.isOutside ?? false] : [])),
    [false, true, true],
  );
});

test("no more than a few run at once", async () => {
  let running = 0;
  let peak = 0;
  const tool = scriptedTool("count", async () => {
    peak = Math.max(peak, (running += 1));
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
  });
  const model = scriptedModel(
    callsTools(...Array.from({ length: 9 }, (_, at) => [`c${at}`, "count"] as const)),
    answers,
  );
  await produce(agentWith(model, [tool], { parallelCalls: 3 }));
  assert.deepEqual([peak, tool.runs.length], [3, 9]);
});

test("what a generator yields is preliminary, and only the last reaches the model", async () => {
  const tool = scriptedTool("load", async function* () {
    yield { status: "loading" };
    yield { status: "done" };
  });
  const model = scriptedModel(callsTools(["c", "load"]), answers);
  const { events } = await produce(agentWith(model, [tool]));
  assert.deepEqual(
    events.flatMap((event) =>
      event.type === "tool-output-available" ? [[event.output, event.preliminary ?? false]] : [],
    ),
    [
      [{ status: "loading" }, true],
      [{ status: "done" }, true],
      [{ status: "done" }, false],
    ],
  );
  assert.deepEqual(resultsIn(model, 1), [["c", '{"status":"done"}']]);
});

test("what a tool throws is told to the model, without a stack, and the run goes on", async () => {
  const boom = scriptedTool("boom", () => {
    throw new Error("bad thing");
  });
  const model = scriptedModel(callsTools(["x", "boom"]), answers);
  const production = await produce(agentWith(model, [boom]));
  assert.deepEqual(resultsIn(model, 1), [["x", "bad thing"]]);
  assert.equal(production.outcome.type, "finished");
});

test("S60 arguments that are not valid are told to the model, and the tool is not run", async () => {
  const add = scriptedTool("add", () => 5);
  const model = scriptedModel(
    callsTools(["c", "add", '{"__proto__":{"a":1}}'], ["d", "add", "[1]"]),
    answers,
  );
  const production = await produce(agentWith(model, [add]));
  assert.deepEqual(
    resultsIn(model, 1).map(([, output]) => output.includes("not valid")),
    [true, true],
  );
  assert.deepEqual([add.runs, production.outcome.type], [[], "finished"]);
});

test("an output that is the answer is written as the answer, without the model; an error is not", async () => {
  const direct = scriptedTool("direct", ({ fails }) => (fails ? assert.fail("bad") : 42), {
    returnDirect: true,
  });
  const model = scriptedModel(callsTools(["c", "direct"]));
  const production = await produce(agentWith(model, [direct]));
  assert.deepEqual(production.outcome, { type: "finished", finishReason: "stop" });
  assert.equal(model.requests.length, 1);
  const { parts } = foldOf(production.events);
  assert.deepEqual(
    parts.map((part) => ("text" in part ? part.text : part.type)),
    ["tool", "42"],
  );
  const failing = scriptedModel(callsTools(["c", "direct", { fails: true }]), answers);
  await produce(agentWith(failing, [direct]));
  assert.equal(failing.requests.length, 2);
});

test("S27 a model that calls tools for ever stops at the cap, in words", async () => {
  const tool = scriptedTool("again", () => "once more");
  const endless = () =>
    scriptedModel(...Array.from({ length: 30 }, (_, at) => callsTools([`c${at}`, "again"])));
  for (const [maxSteps, requests] of [
    [undefined, 20],
    [2, 2],
  ] as const) {
    const model = endless();
    const agent = { name: "assistant", instructions: "", tools: [tool], ...(maxSteps && { maxSteps }) };
    const { outcome } = await produce(agentWith(model, [tool], { agent }));
    assert.ok(outcome.type === "failed");
    assert.match(String(outcome.failure), new RegExp(`Max iterations of ${requests} reached`));
    assert.equal(model.requests.length, requests);
  }
});

test("at the cap an agent may be asked for its answer instead, with all results and no tool to call", async () => {
  const tool = scriptedTool("again", () => "once more");
  const model = scriptedModel(callsTools(["a", "again"]), callsTools(["b", "again"]), answers);
  const agent = {
    name: "assistant",
    instructions: "",
    tools: [tool],
    maxSteps: 2,
    atMaxSteps: "answer",
  } as const;
  const { outcome } = await produce(agentWith(model, [tool], { agent }));
  assert.equal(outcome.type, "finished");
  const { messages, toolChoice } = model.requests[2]?.request ?? assert.fail();
  assert.equal(toolChoice, "none");
  assert.match(JSON.stringify(messages.at(-1)), /maximum number of iterations/);
  assert.equal(messages.filter(({ role }) => role === "tool").length, 2);
});

test("an empty reply is asked for once more with a word to the model, and leaves nothing", async () => {
  const model = scriptedModel([finished], answers);
  const production = await produce(agentWith(model, []));
  assert.match(
    JSON.stringify(model.requests[1]?.request.messages.at(-1)),
    /FAILURE: Your previous response was empty/,
  );
  assert.deepEqual(
    foldOf(production.events).parts.map((part) => "text" in part && part.text),
    ["done"],
  );
  assert.deepEqual(
    production.events.flatMap((event) =>
      event.type === "retry" ? [[event.what, event.attempt, event.of]] : [],
    ),
    [["reply", 2, 20]],
  );
});

describe("a stop", () => {
  test("reaches a tool that runs: its signal fires, the run ends, and what it gives later is dropped", async () => {
    const late = gate();
    let firedAfterMs = Infinity;
    let stoppedAt = 0;
    const tool = scriptedTool("hang", async (_, { signal }) => {
      signal.addEventListener("abort", () => (firedAfterMs = performance.now() - stoppedAt));
      await late.promise;
      return "too late";
    });
    const model = scriptedModel(callsTools(["c", "hang"]), answers);
    const production = await produce(agentWith(model, [tool]), {
      onEvent(event, abort) {
        if (event.type !== "tool-start") return;
        setImmediate(() => {
          stoppedAt = performance.now();
          abort.abort("stop");
        });
      },
    });
    assert.deepEqual(production.outcome, { type: "aborted" });
    assert.ok(firedAfterMs <= 50, `${firedAfterMs} ms`);
    late.open();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(toolTypes(production.events), "tool-start(c)");
  });

  test("before a tool has started starts none", async () => {
    const tool = scriptedTool("add", () => 5);
    const model = scriptedModel(callsTools(["c", "add"]), answers);
    const { outcome } = await produce(agentWith(model, [tool]), {
      onEvent: (event, abort) => event.type === "tool-input-available" && abort.abort("stop"),
    });
    assert.deepEqual([outcome.type, tool.runs], ["aborted", []]);
  });
});

describe("the writer cut off behind any event of a run with a read and a write", () => {
  const policy = () => "run" as const;
  const scripts = (): ModelLine[][] => [callsTools(["r", "read"], ["w", "write"]), answers];

  test("reads are run again, a write that was started never without a decision, and the run ends", async () => {
    const whole = await produce(agentWith(scriptedModel(...scripts()), [read(), write([])], { policy }));
    for (let cut = 0; cut <= whole.events.length; cut += 1) {
      const effects: string[] = [];
      const log = numbered([start(), ...whole.events.slice(0, cut)]);
      const wasStarted = log.some((event) => event.type === "tool-start" && event.toolCallId === "w");
      const hadOutput = log.some(
        (event) => event.type === "tool-output-available" && event.toolCallId === "w",
      );
      const isComplete = log.some(({ type }) => type === "tool-start");
      const model = scriptedModel(...(isComplete ? [answers] : scripts()));
      const next = await produce(agentWith(model, [read(), write(effects)], { policy }), { log });
      if (!wasStarted || hadOutput) {
        assert.equal(next.outcome.type, "finished", `cut at ${cut}`);
        assert.equal(effects.length, wasStarted ? 0 : 1, `cut at ${cut}`);
        continue;
      }
      assert.deepEqual([next.outcome, effects], [{ type: "waiting" }, []], `cut at ${cut}`);
      const waiting = [...log, ...numbered(next.events, { startAt: log.length + 1 })];
      const inbox = [toolApprovalResponse("w:2", false)];
      const last = await produce(agentWith(scriptedModel(answers), [read(), write(effects)], { policy }), {
        ...{ log: waiting, inbox },
      });
      assert.deepEqual([last.outcome.type, effects], ["finished", []], `cut at ${cut}`);
    }
  });

  const read = () => scriptedTool("read", () => "read");
  const write = (effects: string[]) =>
    scriptedTool("write", (_, { toolCallId }) => void effects.push(toolCallId), { effect: "write" });
});

test("what a person says into the run is written between two steps, and seen by the model once", async () => {
  const add = scriptedTool("add", () => 5);
  const model = scriptedModel(callsTools(["c", "add"]), answers);
  const production = await produce(agentWith(model, [add]), {
    onEvent(event, _, inbox) {
      if (event.type === "tool-start")
        inbox.receive({
          head: 0,
          messages: [{ messageId: steered("").messageId, text: "in French", by: "user" }],
        });
    },
  });
  assert.equal(
    production.events.map(({ type }) => type).join(" "),
    "start-step agent-input tool-input-start tool-input-delta tool-input-available tool-start " +
      "tool-output-available finish-step steered start-step agent-input text-start text-delta text-end finish-step",
  );
  const { messages } = model.requests[1]?.request ?? assert.fail();
  assert.deepEqual(messages.at(-1), within("in French"));
});

test("what a person says at a cap leaves the answer as it is, and is left for the next question", async () => {
  const message = { messageId: steered("").messageId, text: "in French", by: "user" };
  for (const [caps, isTaken] of [
    [{ maxSteps: 1 }, false],
    [{ maxSteps: 1, atMaxSteps: "answer" }, true],
    [{ maxSteps: 2 }, true],
    [{ maxMs: 0 }, false],
  ] as const) {
    const agent = { name: "assistant", instructions: "", ...caps };
    const { events, outcome } = await produce(agentWith(scriptedModel(answers), [], { agent }), {
      onEvent: ({ type }, _, inbox) => type === "text-end" && inbox.receive({ head: 0, messages: [message] }),
    });
    assert.deepEqual(outcome, { type: "finished", finishReason: "stop" });
    assert.equal(
      events.some(({ type }) => type === "steered"),
      isTaken,
    );
  }
});
