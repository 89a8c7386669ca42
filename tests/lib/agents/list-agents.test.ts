import assert from "node:assert/strict";
import { test } from "node:test";
import { agents } from "#lib/agents/agents.ts";
import { defineAgent } from "#lib/agents/define-agent.ts";
import { listAgents } from "#lib/agents/list-agents.ts";
import { scriptedTool } from "../../support/scripted-tools.ts";

test("an agent is listed with what it may do, and without its instructions", () => {
  const poet = defineAgent({
    ...{ name: "poet", description: "Writes verse.", instructions: "secret", model: "verse" },
    ...{ tools: ["calculator", scriptedTool("rhyme", () => "")], handoffs: ["critic"] },
  });
  assert.deepEqual(listAgents([poet]), [
    {
      ...{ name: "poet", description: "Writes verse.", model: "verse" },
      ...{ tools: ["calculator", "rhyme"], handoffs: ["critic"] },
    },
  ]);
});

test("the default agent is the first, and reads whatever can be read", () => {
  const [first] = listAgents(agents);
  assert.deepEqual([first?.name, first?.tools], ["assistant", "read"]);
});

test("a name that no request could have is refused where the agent is defined", () => {
  assert.throws(() => defineAgent({ name: "two words", instructions: "" }), TypeError);
});
