import assert from "node:assert/strict";
import { test } from "node:test";
import { agentName } from "#components/message/agent-name.ts";
import { agents } from "#lib/agents/agents.ts";
import { messagesIn } from "#lib/client/i18n/messages-in.ts";
import { translator } from "#lib/client/i18n/translate.ts";
import { translateDescription } from "#lib/client/i18n/translate-description.ts";
import { workflows } from "#lib/workflows/workflows.ts";

const [en, zh] = [translator(messagesIn("en")), translator(messagesIn("zh"))];

test("every agent that is shipped has a name and a description in Chinese, and its own ones in English", () => {
  for (const { name, description } of agents) {
    assert.equal(agentName(en, name), name);
    assert.match(agentName(zh, name), /^\p{sc=Han}+$/u, name);
    if (description === undefined) continue;
    assert.equal(translateDescription("en", description), description);
    assert.match(translateDescription("zh", description), /\p{sc=Han}/u, name);
  }
});

test("every workflow that is shipped has a description in Chinese", () => {
  for (const { name, description = "" } of workflows) {
    assert.equal(translateDescription("en", description), description);
    assert.match(translateDescription("zh", description), /\p{sc=Han}/u, name);
  }
});

test("what others say of their agents stays as it is", () => {
  for (const name of ["desk", "constructor", ""]) assert.equal(agentName(zh, name), name);
  assert.equal(translateDescription("zh", "Knows the desk."), "Knows the desk.");
});
