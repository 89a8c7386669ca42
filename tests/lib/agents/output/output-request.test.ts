import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { defineOutput } from "#lib/agents/output/output.ts";
import { outputFields } from "#lib/agents/output/output-request.ts";
import type { Model } from "#lib/models/model.ts";
import type { ModelTool } from "#lib/models/model-request.ts";
import { scriptedModel } from "../../../support/scripted-model.ts";

const recipe = z.object({ name: z.string(), steps: z.array(z.string()) });
const output = defineOutput(recipe, { name: "recipe" });
const refusing = (...fields: string[]): Model => ({
  ...scriptedModel(),
  refuses: (field) => fields.includes(field),
});

test("an endpoint that takes no form is given a tool that stands for the answer, else only the words", () => {
  const fields = (model: Model, tools: ModelTool[] = []) => {
    const { responseFormat, tools: offered = [], toolChoice } = outputFields(output, model, { tools });
    return [responseFormat?.type, offered.map(({ name }) => name), toolChoice];
  };
  const add = { name: "add", inputSchema: { type: "object" } };
  assert.deepEqual(fields(refusing()), ["json-schema", [], undefined]);
  assert.deepEqual(fields(refusing(), [add]), ["json-schema", ["add"], undefined]);
  const forced = { toolName: "final_answer" };
  assert.deepEqual(fields(refusing("response_format")), [undefined, ["final_answer"], forced]);
  assert.deepEqual(fields(refusing("response_format"), [add]), [
    undefined,
    ["add", "final_answer"],
    "required",
  ]);
  assert.deepEqual(fields(refusing("output_config", "tools")), [undefined, [], undefined]);
});
