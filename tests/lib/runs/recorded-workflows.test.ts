import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { createAgentProducers } from "#lib/agents/agent-producers.ts";
import { agents } from "#lib/agents/agents.ts";
import { defineAgent } from "#lib/agents/define-agent.ts";
import { readFixture } from "#lib/conversations/read-fixture.ts";
import type { Model } from "#lib/models/model.ts";
import type { ToolPart } from "#lib/protocol/message.ts";
import { decodeFixture, encodeFixture, type RunFixture } from "#lib/protocol/run-fixture.ts";
import { decideRun } from "#lib/runs/decide-run.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { defineEvent, stop } from "#lib/workflows/define-event.ts";
import { defineState } from "#lib/workflows/define-state.ts";
import { step } from "#lib/workflows/define-step.ts";
import { defineWorkflow, type Workflow } from "#lib/workflows/define-workflow.ts";
import { workflowWriters } from "#lib/workflows/workflow-writers.ts";
import { workflows } from "#lib/workflows/workflows.ts";
import { compareLogs, describeDifference } from "../../eval/compare-logs.ts";
import { rerun } from "../../eval/rerun.ts";
import { documentOf, listedReplies } from "../../support/listed-workflows.ts";
import { replyingModel } from "../../support/replying-model.ts";
import { foldAll, question, readLog, runContext } from "../../support/run-bench.ts";
import { scriptedTool } from "../../support/scripted-tools.ts";
import { Go, Item } from "../../support/workflow-bench.ts";

const after = async (turns: number): Promise<void> => {
  for (let left = turns; left > 0; left -= 1) await new Promise((resolve) => setImmediate(resolve));
};

/** The same model, whose words come after as many turns of the loop as `turns` says. */
const slowed = (model: Model, turns: () => number): Model => ({
  ...model,
  async *stream(request, signal) {
    for await (const part of model.stream(request, signal)) {
      await after(turns());
      yield part;
    }
  },
});

/** Figures that look like chance and are the same each time. */
function chance(seed: number): (below: number) => number {
  let state = seed * 2654435761 + 1;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
}

interface Recording {
  asks: string;
  text: string;
  model: Model;
  listed?: readonly Workflow[];
}

/** A run as its file has it; a person says yes to whatever it asks. */
async function record({ asks, text, model, listed = workflows }: Recording): Promise<RunFixture> {
  const context = runContext(model, {
    pickProducer: createAgentProducers({
      agents,
      others: workflowWriters(listed),
      pickModel: async () => model,
    }),
  });
  const run = { ...question(text), agent: asks };
  await (await startRun(context, run)).done;
  for (;;) {
    const { parts } = foldAll(await readLog(context.storage, run.runId));
    const part = parts.find(
      (each): each is ToolPart => each.type === "tool" && each.state === "approval-requested",
    );
    if (!part) break;
    const { approvalId = "", inputHash = "" } = part;
    const decision = { approvalId, approved: true, by: "user", content: { isAccepted: true } };
    const decided = await decideRun(context, { runId: run.runId, decision, inputHash });
    if (decided && "done" in decided) await decided.done;
  }
  const meta = (await context.storage.runs.run(run.runId)) ?? assert.fail();
  const { messages, entries } = (await readFixture(context, meta)) ?? assert.fail();
  await context.storage.close();
  return decodeFixture(encodeFixture(messages, entries));
}

const differencesOf = async ({ messages, events }: RunFixture, listed: readonly Workflow[] = workflows) =>
  compareLogs(events, await rerun({ messages, events }, { agents, workflows: listed, tools: [] }));

test("runs of both workflows give the same events when they are run again, however their steps went side by side", async () => {
  const orders = new Set<string>();
  for (let nth = 0; nth < 8; nth += 1) {
    const below = chance(nth);
    const isLong = nth % 3 !== 2;
    const fixture = await record({
      asks: isLong ? "summarise-document" : "write-with-review",
      text: isLong ? documentOf(2 + (nth % 5)) : `About rain, ${nth}.`,
      model: slowed(listedReplies(), () => below(6)),
    });
    const done = fixture.events.flatMap((event) =>
      event.type === "workflow-step" && event.state === "done" ? [event.instance] : [],
    );
    if (isLong) orders.add(done.join());
    assert.equal(fixture.events.at(-1)?.type, "finish");
    assert.deepEqual((await differencesOf(fixture)).map(describeDifference), [], `run ${nth}`);
  }
  assert.ok(orders.size >= 4, "they went one after another");
});

const Part = defineEvent("part-done", z.object({ n: z.number(), text: z.string() }));
const Word = defineEvent("word", z.object({ isAccepted: z.boolean() }), { isOutside: true });
const partsDone = defineState("parts-done", z.number(), 0);
const writer = defineAgent({ name: "writer", instructions: "Write." });

/** Everything that steps can do, side by side; what it comes to. */
type Ending = "finish" | "workflow-failed" | "workflow-timeout";

function everything(below: (n: number) => number, ending: Ending): Workflow {
  const look = scriptedTool("look", async (_input, { progress }) => {
    progress(1, 2, "half");
    await after(below(6));
    return below(100);
  });
  const never = (signal: AbortSignal) =>
    new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  return defineWorkflow({
    name: "everything",
    input: Go,
    timeout: ending === "workflow-timeout" ? 0.3 : 60,
    steps: {
      split: step({ accepts: [Go], emits: [Item] }, () => [0, 1, 2, 3, 4].map((n) => Item({ n }))),
      work: step(
        {
          ...{ accepts: [Item], emits: [Part], waitsFor: [Word], concurrency: 3 },
          retry: { attempts: 2, delay: 0.005, hasJitter: true },
        },
        async (ctx, { data: { n } }) => {
          await ctx.emit({ message: "begun", progress: n });
          await after(below(5));
          if (n === 2 && ctx.attempt === 1) throw new Error("once more");
          const text = await ctx.agent(writer, `part ${n}`);
          if (n === 2 && ending === "workflow-failed") throw new Error("in the end");
          if (n === 2 && ending === "workflow-timeout") await never(ctx.signal);
          const seen = await ctx.call(look, { n });
          if (n === 1) await ctx.write("A word. ");
          if (n === 4) await ctx.waitFor(Word);
          ctx.state.update(partsDone, (count) => count + 1);
          return Part({ n, text: `${text} ${String(seen)}` });
        },
      ),
      note: step({ accepts: [Item], emits: [], concurrency: 2 }, async (ctx, { data: { n } }) => {
        await ctx.emit({ message: `noted ${n}` });
      }),
      join: step({ accepts: [Part], emits: [stop], concurrency: 2 }, async (ctx) => {
        const all = await ctx.collect(Part, 5);
        return all && stop(all.map(({ data }) => data.text));
      }),
    },
  });
}

async function recordEverything(seed: number, ending: Ending): Promise<[RunFixture, readonly Workflow[]]> {
  const below = chance(seed);
  const listed = [everything(below, ending)];
  const model = slowed(
    replyingModel((_, request) => `about ${request}`),
    () => below(6),
  );
  return [await record({ asks: "everything", text: "go", listed, model }), listed];
}

test("tries, tools, texts and waits of steps side by side come again as they came, also where the run failed or took too long", async () => {
  for (const [nth, ending] of (
    ["finish", "workflow-failed", "workflow-timeout", "finish"] as const
  ).entries()) {
    const [fixture, listed] = await recordEverything(nth + 3, ending);
    const end = fixture.events.at(-1);
    assert.equal(end?.type === "error" ? end.code : end?.type, ending);
    assert.deepEqual((await differencesOf(fixture, listed)).map(describeDifference), [], `${nth} ${ending}`);
  }
});

test("a planted change among steps that go side by side is shown at its event, and nowhere else", async () => {
  const [{ messages, events }, listed] = await recordEverything(1, "finish");
  const at = events.findIndex((event) => event.type === "progress" && event.message === "noted 3");
  const planted = events.map((event, index) =>
    index === at && event.type === "progress" ? { ...event, message: "noted 7" } : event,
  );
  const differences = await differencesOf({ messages, events: planted }, listed);
  assert.deepEqual(
    differences.map(({ seq, type }) => [seq, type]),
    [[at + 1, "progress"]],
  );
});
