import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { PersonQuestion } from "#lib/protocol/run-event.ts";
import { askPerson } from "#lib/tools/ask-person.ts";
import type { PersonAnswer } from "#lib/tools/tool.ts";
import { callTool } from "../../support/call-tool.ts";

/** What the person was asked, and what the tool made of the answer. */
async function asked(input: unknown, answer: PersonAnswer) {
  const questions: PersonQuestion[] = [];
  const ask = async (question: PersonQuestion) => {
    questions.push(question);
    return answer;
  };
  return { output: await callTool(askPerson, input, { ask }), questions };
}

describe("ask_person", () => {
  test("asks for a text where no fields are named, and gives back what was answered", async () => {
    const content = { answer: "blue" };
    assert.deepEqual(await asked({ question: "Which colour?" }, { type: "accept", content }), {
      output: content,
      questions: [
        {
          message: "Which colour?",
          schema: { type: "object", properties: { answer: { type: "string" } }, required: ["answer"] },
        },
      ],
    });
  });

  test("asks with a flat form of fields", async () => {
    const fields = [
      { name: "size", type: "choice", options: ["S", "M"], label: "Size" },
      { name: "count", type: "integer" },
      { name: "price", type: "number", isRequired: false },
      { name: "gift", type: "boolean", isRequired: true },
      { name: "note", type: "text", isRequired: false, label: "Anything else" },
    ];
    const { questions } = await asked({ question: "?", fields }, { type: "accept", content: {} });
    assert.deepEqual(questions[0]?.schema, {
      type: "object",
      properties: {
        size: { type: "string", enum: ["S", "M"], title: "Size" },
        count: { type: "integer" },
        price: { type: "number" },
        gift: { type: "boolean" },
        note: { type: "string", title: "Anything else" },
      },
      required: ["size", "count", "gift"],
    });
  });

  test("tells the model that the person would rather not answer, and why", async () => {
    const input = { question: "Your age?" };
    assert.deepEqual((await asked(input, { type: "decline", reason: "no" })).output, {
      isDeclined: true,
      reason: "no",
    });
    assert.deepEqual((await asked(input, { type: "decline" })).output, { isDeclined: true });
    await assert.rejects(asked(input, { type: "cancel" }), /was withdrawn/);
  });

  const refused: readonly (readonly [fields: unknown, message: RegExp])[] = [
    [[], /fields/],
    [[{ name: "a", type: "object" }], /type/],
    [[{ name: "a", type: "text", options: ["x", "y"] }], /a choice has options/],
    [[{ name: "a", type: "choice" }], /a choice has options/],
    [[{ name: "a", type: "choice", options: ["x"] }], /options/],
    [[{ name: "__proto__", type: "text" }], /name/],
    [[{ name: "a b", type: "text" }], /name/],
    [[{ name: "a", type: "text", schema: {} }], /schema/],
    [
      [
        { name: "a", type: "text" },
        { name: "a", type: "number" },
      ],
      /two fields have the name a/,
    ],
    [Array.from({ length: 11 }, (_, at) => ({ name: `f${at}`, type: "text" })), /fields/],
  ];
  for (const [fields, message] of refused)
    test(`refuses ${JSON.stringify(fields).slice(0, 60)}`, async () => {
      await assert.rejects(asked({ question: "?", fields }, { type: "cancel" }), message);
    });
});
