import assert from "node:assert/strict";
import { test } from "node:test";
import { inputHash } from "#lib/agents/input-hash.ts";
import { assistant, call, result, system, tool, user } from "../../support/model-messages.ts";

test("a plain conversation has the hash that it had before messages had parts", () => {
  assert.equal(inputHash([system("Be brief."), user("hi"), assistant("Hi")]), "20473942d0869e33");
});

test("whatever a model is sent otherwise has another hash", () => {
  const messages = [
    [user("hi")],
    [user("hi", "")],
    [user("h", "i")],
    [assistant("hi")],
    [assistant(call("hi"))],
    [assistant(call("hi", "add", " {}"))],
    [tool(result("hi"))],
    [user("hi"), assistant()],
  ];
  assert.equal(new Set(messages.map(inputHash)).size, messages.length);
});
