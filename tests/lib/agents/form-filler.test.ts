import assert from "node:assert/strict";
import { test } from "node:test";
import { formFiller } from "#lib/agents/form-filler.ts";
import { streamAgent } from "#lib/agents/stream-agent.ts";
import { finished, says, scriptedModel } from "../../support/scripted-model.ts";

const form = "name: text\nage: whole number\n\nAda, 36.";

test("a form that a question gives is what its model is asked for, and what the answer is checked by", async () => {
  const model = scriptedModel(
    [...says('{"name":"Ada"}'), finished],
    [...says('{"name":"Ada","age":36}'), finished],
  );
  await using run = streamAgent({ agent: formFiller, model, input: form });
  const { state } = await run.result;
  const objects = state.parts.filter((part) => part.type === "object");
  assert.deepEqual(
    objects.map(({ name, value, errors }) => [name, value, errors]),
    [
      ["form", { name: "Ada" }, ['lacks "age"']],
      ["form", { name: "Ada", age: 36 }, undefined],
    ],
  );
  assert.equal(state.ending?.type, "finish");
  const { responseFormat, messages } = model.requests[0]?.request ?? assert.fail();
  assert.ok(responseFormat?.type === "json-schema");
  assert.deepEqual(responseFormat.schema, objects[0]?.schema);
  assert.match(JSON.stringify(messages.at(-1)), /Ada, 36/);
});

test("a form that cannot be used ends the answer in words, and no model is asked", async () => {
  const model = scriptedModel([finished]);
  await using run = streamAgent({
    ...{ agent: formFiller, model },
    input:
      '{"type": "object", "properties": {"a": {"type": "string", "pattern": "(a+)\\\\1$"}, "b": {"type": "float"}}}',
  });
  await run.result.catch(() => undefined);
  const { ending } = run.state;
  assert.ok(ending?.type === "error");
  assert.deepEqual(
    [ending.code, ending.errorText.split("\n").length, model.requests.length],
    ["bad-schema", 2, 0],
  );
  assert.match(ending.errorText, /^\/properties\/a\/pattern: .*\n\/properties\/b\/type: /);
});
