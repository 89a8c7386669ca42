import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pastedBlocks, pastedClone } from "../../support/pasted-clone.ts";

/** Runs a script in a clone into which the blocks of the pages were pasted; what it prints as JSON. */
function runPasted(pages: readonly string[], script: string): unknown {
  const dir = pastedClone(pages.flatMap(pastedBlocks));
  try {
    writeFileSync(join(dir, "newcomer.ts"), `${clone}\n${script}`);
    const output = execFileSync(process.execPath, ["newcomer.ts"], {
      cwd: dir,
      encoding: "utf8",
      timeout: 60_000,
    });
    return JSON.parse(output);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** How the clone's server makes producers, with a scripted model in the place of an endpoint. */
const clone = `
import { agents } from "#lib/agents/agents.ts";
import { createAgentProducers } from "#lib/agents/agent-producers.ts";
import { createBuiltInTools } from "#lib/tools/built-in-tools.ts";
import { foldOf } from "#tests/support/agent-bench.ts";
import { produce } from "#tests/support/producer-bench.ts";
import { callsTools, finished, says, scriptedModel } from "#tests/support/scripted-model.ts";

const tools = createBuiltInTools({
  now: Date.now,
  searchConversations: async () => ({ matches: [], isComplete: true }),
  notes: { list: async () => [], save: async () => "saved", remove: async () => undefined },
});

/** What a run of the agent comes to, whose model makes the calls and then answers. */
async function ask(agent, ...calls) {
  const model = scriptedModel(callsTools(...calls), [...says("done"), finished]);
  const pick = createAgentProducers({ agents, tools: async () => tools, pickModel: async () => model });
  const { produce: producer } = await pick({ agent });
  const { events, outcome } = await produce(producer);
  const [first] = model.requests;
  return {
    outcome: outcome.type,
    offered: first?.request.tools?.map(({ name }) => name),
    system: first?.request.messages[0]?.content,
    progress: events.filter(({ type }) => type === "tool-progress").length,
    calls: foldOf(events).parts.filter(({ type }) => type === "tool"),
  };
}
`;

interface PastedRun {
  outcome: string;
  offered: string[];
  system: string;
  progress: number;
  calls: { state: string; output: Record<string, unknown> }[];
}

test("README's tool and agents, pasted into a clone, work without another change", () => {
  // Cast: what the script prints.
  const [byDefault, master, packed] = runPasted(
    ["README.md"],
    `import { streamAgent } from "#lib/agents/stream-agent.ts";
    const list = '{"days": 2, "items": [{"what": "socks", "count": 2}]}';
    const packer = agents.find(({ name }) => name === "packer");
    console.log(JSON.stringify([
      await ask("assistant", ["d", "roll_dice", { count: 3 }], ["x", "roll_dice", { count: 0 }]),
      await ask("game-master", ["d", "roll_dice", { count: 2, sides: 2 }], ["c", "calculator", { expression: "1/4" }]),
      await streamAgent({ agent: packer, model: scriptedModel([...says(list), finished]), input: "Rome" }).object,
    ]));`,
  ) as [PastedRun, PastedRun, unknown];
  assert.deepEqual(packed, { days: 2, items: [{ what: "socks", count: 2 }] });
  assert.deepEqual([byDefault.outcome, master.outcome], ["finished", "finished"]);
  assert.ok(byDefault.offered.includes("roll_dice") && byDefault.offered.includes("calculator"));
  const [dice, refused] = byDefault.calls;
  assert.ok(Array.isArray(dice?.output.rolls) && dice.output.rolls.length === 3);
  assert.notEqual(refused?.state, "output-available");
  assert.deepEqual(master.offered, ["roll_dice", "calculator"]);
  assert.match(master.system, /never make one up/);
  assert.equal(master.calls[1]?.output.result, "0.25");
});

test("the code of docs/agents.md, pasted into a clone, does what the page says", () => {
  // Cast: what the script prints.
  const [counting, librarian, desk, line, answered] = runPasted(
    ["docs/agents.md"],
    `import { appendLine } from "#lib/tools/append-line.ts";
    import { answer } from "./answer.ts";
    await appendLine.run({ line: "one\\ntwo" }, { toolCallId: "c1" });
    console.log(JSON.stringify([
      await ask("assistant", ["p", "count_primes", { limit: 30_000 }]),
      await ask("librarian", ["r", "read_notes", {}], ["s", "save_note", { name: "n", text: "t" }]),
      await ask("desk", ["l", "ask_librarian", { request: "What was noted?" }]),
      (await import("node:fs")).readFileSync("journal.txt", "utf8"),
      await answer(scriptedModel([...says("In a ", "script."), finished]), "Where?"),
    ]));`,
  ) as [PastedRun, PastedRun, PastedRun, string, string];
  assert.equal(answered, "In a script.");
  assert.equal(counting.outcome, "finished");
  assert.deepEqual(counting.calls[0]?.output, { count: 3245, upTo: 30_000 });
  assert.ok(counting.progress >= 1);
  assert.equal(librarian.outcome, "waiting", "keeping a note asks");
  assert.deepEqual(librarian.offered, ["read_notes", "save_note", "search_conversations", "count_primes"]);
  assert.deepEqual(
    librarian.calls.map(({ state }) => state),
    ["output-available", "approval-requested"],
  );
  assert.deepEqual([desk.outcome, desk.calls[0]?.output], ["finished", "done"]);
  assert.equal(line, "c1 one two\n");
});

test("the code of docs/structured.md, pasted into a clone, gives the object", () => {
  const steps = runPasted(
    ["docs/structured.md"],
    `import { cook } from "./cook.ts";
    const soup = '{"name":"Soup","ingredients":[],"steps":["Boil."]}';
    console.log(JSON.stringify(await cook(scriptedModel([...says(soup), finished]), "Soup")));`,
  );
  assert.deepEqual(steps, ["Boil."]);
});

test("the code of docs/workflows.md, pasted into a clone, is a workflow that a run can name", () => {
  // Cast: what the script prints.
  const [told, squared, listed] = runPasted(
    ["docs/workflows.md"],
    `import { workflowWriters } from "#lib/workflows/workflow-writers.ts";
    import { listWorkflows } from "#lib/workflows/list-workflows.ts";
    import { workflows } from "#lib/workflows/workflows.ts";
    import { question, runContext, runToEnd } from "#tests/support/run-bench.ts";
    import { squaresOf } from "./squares.ts";
    const model = scriptedModel([...says("Rain ", "is wet."), finished]);
    const pickProducer = createAgentProducers({
      agents, others: workflowWriters(workflows), pickModel: async () => model,
    });
    const context = runContext(model, { pickProducer });
    const log = await runToEnd(context, { ...question("rain"), agent: "three-steps" });
    console.log(JSON.stringify([
      log.flatMap((event) => event.type === "progress" ? [event.message] : event.delta ?? []),
      await squaresOf([3, 1, 2]),
      listWorkflows(workflows).map(({ name, drawing }) => [name, drawing.nodes.length]),
    ]));
    await context.storage.close();`,
  ) as [string[], number[], [string, number][]];
  // Deltas of one moment are one.
  assert.equal(
    told.join("|").replace("Rain |is", "Rain is"),
    "Step one is happening|Step two is happening|Rain is wet.|Step three is happening|Workflow complete.",
  );
  assert.deepEqual(squared, [9, 1, 4]);
  // As its page and the menu have it (in a browser: tests/e2e/pasted-workflow.spec.ts).
  assert.deepEqual(
    listed.map(([name]) => name),
    ["summarise-document", "write-with-review", "three-steps"],
  );
  assert.equal(listed[2]?.[1], 5, "three steps, the begin and the end");
});

test("the code of docs/code.md, pasted into a clone, has its values, and its end by time", () => {
  // Cast: what the page's own file prints.
  const [first, second, third] = runPasted(["docs/code.md"], `await import("./temperatures.ts");`) as Record<
    string,
    unknown
  >[];
  assert.deepEqual(first, { ok: true, value: 21, images: [] });
  assert.deepEqual(second, { ok: true, value: 2, images: [] });
  assert.equal(third?.reason, "time");
});
