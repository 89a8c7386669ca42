import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { createAgentProducers } from "#lib/agents/agent-producers.ts";
import { defineAgent } from "#lib/agents/define-agent.ts";
import { objectIn } from "#lib/agents/output/object-in.ts";
import type { Model } from "#lib/models/model.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { foldAll, question, readLog } from "../../support/run-bench.ts";
import { finished, says } from "../../support/scripted-model.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { checkedLog, leaseMs, openSite, type Process, type Site, sweep } from "./crash-bench.ts";

const agent = defineAgent({
  name: "assistant",
  instructions: "Cook.",
  output: z.object({ name: z.string(), steps: z.array(z.string()) }),
});
const soup = { name: "Soup", steps: ["Boil."] };

/** Gives an object that does not fit, then one that does. */
const model: Model = {
  id: "cooking",
  demo: false,
  async *stream({ messages }) {
    const isCorrected = JSON.stringify(messages).includes("does not fit the schema");
    const json = JSON.stringify(isCorrected ? soup : { name: "Soup", steps: "Boil." });
    yield* [...says("Here: ", json.slice(0, 9), json.slice(9, 14), json.slice(14), " Enjoy."), finished];
  },
};

const startProcess = (site: Site): Process =>
  site.start(model, {
    pickProducer: createAgentProducers({ agents: [agent], pickModel: async () => model }),
  });

test("its writer cut off after every append of an answer in a form: it ends with the object, whole and once, and no draft stays open", async () => {
  for (let cut = 0; ; cut += 1) {
    const site = openSite();
    const one = startProcess(site);
    one.connection.killAfter(cut);
    const run = question("Soup?");
    const isEnded = async () => (await site.storage.runs.run(run.runId))?.status === "finished";
    const isDead = () => waitUntil("it is dead", () => one.connection.dead).catch(() => undefined);
    await Promise.race([startRun(one.context, run), isDead()]);
    await waitUntil("it is dead or has ended", async () => one.connection.dead || (await isEnded()));
    const { dead } = one.connection;
    if (dead) {
      site.advance(leaseMs + 1);
      sweep(startProcess(site));
      await waitUntil("it has ended", isEnded);
    }
    assert.equal((await checkedLog(site, run.runId)).at(-1)?.type, "finish", `cut ${cut}`);
    const state = foldAll(await readLog(site.storage, run.runId));
    assert.deepEqual(objectIn(state)?.value, soup, `cut ${cut}`);
    const objects = state.parts.filter((part) => part.type === "object");
    assert.deepEqual(
      objects.map(({ valid, attempt }) => [valid, attempt]),
      [
        [false, 1],
        [true, 2],
      ],
      `cut ${cut}`,
    );
    assert.ok(objects.every(({ endedAt }) => endedAt !== undefined));
    await site.storage.close();
    if (!dead) break;
  }
});
