import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { createAgentProducers } from "#lib/agents/agent-producers.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { question } from "../../support/run-bench.ts";
import { finished, says } from "../../support/scripted-model.ts";
import { type SummarizingModel, summarizingModel } from "../../support/summarizing-model.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { checkedLog, leaseMs, openSite, over, type Process, type Site, sweep } from "./crash-bench.ts";

const agent = { name: "assistant", instructions: "Be brief." };

/** 3000 tokens of a request are the messages'. */
function startProcess(site: Site, summarizes = true): Process & { model: SummarizingModel } {
  const model = summarizingModel(undefined, () => [...says("It is so."), finished]);
  const pickProducer = createAgentProducers({
    ...{ agents: [agent], pickModel: async () => model, contextTokens: 4000, summarizes },
  });
  return { ...site.start(model, { pickProducer }), model };
}

test("its writer cut off after every append: the answer ends, a summary is made once, and the next question is asked with it", async () => {
  const outcomes: Outcome[] = [];
  while (outcomes.at(-1) !== "whole") {
    const site = openSite();
    try {
      outcomes.push(await cutAfter(site, outcomes.length));
    } finally {
      await site.storage.close();
    }
  }
  assert.ok(outcomes.includes("made anew") && outcomes.includes("made later"), outcomes.join());
});

/**
 * `whole`: the run had ended before the cut. `kept`: its summary was in the log. `made anew`: the next holder
 * has asked for it. `made later`: only the answer was in the log, and there was nothing left to ask.
 */
type Outcome = "whole" | "kept" | "made anew" | "made later";

async function cutAfter(site: Site, cut: number): Promise<Outcome> {
  const conversationId = randomUUID();
  const ask = async (process: Process, text: string) =>
    (await startRun(process.context, question(text, { conversationId }))).done;
  const before = startProcess(site, false);
  for (let n = 0; n < 3; n += 1) await ask(before, `${n} ${"x".repeat(2400)}`);

  const one = startProcess(site);
  one.connection.killAfter(cut);
  const run = question("And now?", { conversationId });
  let hasEnded = false;
  const ended = startRun(one.context, run).then(async ({ done }) => {
    await done;
    hasEnded = true;
  });
  await Promise.race([ended, waitUntil("it is dead or over", () => one.connection.dead || hasEnded)]);
  const isWhole = !one.connection.dead;
  const two = startProcess(site);
  if (!isWhole) {
    site.advance(leaseMs + 1);
    sweep(two);
    await over(site, run.runId);
  }

  const events = await checkedLog(site, run.runId);
  const made = events.flatMap((event) => (event.type === "history-summary" ? [event.text] : []));
  assert.ok(one.model.summaries.length <= 1 && two.model.summaries.length <= 1);
  const isLater = made.length === 0;
  assert.deepEqual(made, isLater ? [] : ["Notes 1."], `cut ${cut}`);
  const three = startProcess(site);
  await ask(three, "And then?");
  if (isLater) await ask(three, "And after that?");
  // Of what was said long before, each one has the notes, and none was made once more.
  assert.equal(three.model.summaries.length, isLater ? 1 : 0);
  assert.match(JSON.stringify(three.model.asked.at(-1)), /summary-of-earlier-messages[^]*Notes 1\./);
  if (isWhole) return "whole";
  if (isLater) return "made later";
  return two.model.summaries.length > 0 ? "made anew" : "kept";
}
