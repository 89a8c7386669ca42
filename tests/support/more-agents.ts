import type { Agent } from "#lib/agents/agent.ts";
import { agentTool } from "#lib/agents/agent-tool.ts";
import { agents } from "#lib/agents/agents.ts";
import { defineAgent } from "#lib/agents/define-agent.ts";
import { recipe } from "#lib/agents/recipe.ts";
import { server } from "#lib/server.ts";

/*
 * Loaded into a server's process before the product (NODE_OPTIONS): the product as it is where a developer
 * has put these agents into the list of lib/agents/agents.ts. What is shared by the process is wired from the
 * sources then, not from the build.
 */

const librarian = defineAgent({
  name: "librarian",
  description: "Knows what was noted.",
  instructions: "You are a librarian.",
  tools: ["read_notes", "search_conversations"],
});

const editor = defineAgent({
  name: "editor",
  description: "Makes it short.",
  instructions: "You are an editor.",
  tools: ["calculator"],
});

const desk = defineAgent({
  name: "desk",
  description: "Looks things up, keeps notes, and asks before it does harm.",
  instructions: "You answer at a desk.",
  tools: [
    ...["calculator", "convert_unit", "ask_person", "save_note", "trips__slow", "trips__echo"],
    agentTool(librarian, { name: "ask_librarian" }),
    agentTool(recipe, { name: "ask_cook" }),
  ],
  handoffs: ["editor"],
});

// Cast: nobody else changes the list.
(agents as Agent[]).push(desk, editor, librarian);

const key = Symbol.for("rivulet.server");
Object.defineProperty(globalThis, key, {
  configurable: true,
  get() {
    // The first one to ask has it made, by what the environment is then.
    Reflect.deleteProperty(globalThis, key);
    return server();
  },
});
