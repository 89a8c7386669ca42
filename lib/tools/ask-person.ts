import { z } from "zod";
import type { JsonObject } from "../protocol/run-event.ts";
import { defineTool } from "./define-tool.ts";

const maxFields = 10;
const maxOptions = 30;

const field = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_]{0,39}$/, "letters, digits and _, at most 40")
    .describe("What the answer is found by in the result."),
  label: z.string().max(200).describe("What the person reads beside the field.").optional(),
  type: z.enum(["text", "number", "integer", "boolean", "choice"]),
  options: z
    .array(z.string().min(1).max(200))
    .min(2)
    .max(maxOptions)
    .describe("Of a choice: what can be chosen.")
    .optional(),
  isRequired: z.boolean().describe("Absent: true.").optional(),
});

type Field = z.output<typeof field>;

const freeText: Field = { name: "answer", type: "text" };

/** Asks the person a question with a small form. The run waits for the answer, a day if need be. */
export const askPerson = defineTool({
  name: "ask_person",
  description:
    "Asks the person a question and waits for the answer. Use it only when you cannot go on without a decision or " +
    "a fact that the person alone knows. Never ask for passwords or keys. Without fields there is one for text.",
  effect: "read",
  input: z.object({
    question: z.string().min(1).max(2000),
    fields: z.array(field).min(1).max(maxFields).optional(),
  }),
  async run({ question, fields = [freeText] }, { ask }) {
    const answer = await ask({ message: question, schema: formOf(fields) });
    switch (answer.type) {
      case "accept":
        return answer.content;
      case "decline":
        return { isDeclined: true, ...(answer.reason !== undefined && { reason: answer.reason }) };
      case "cancel":
        throw new Error("the question was withdrawn before it was answered");
      default:
        return answer satisfies never;
    }
  },
});

/** A flat form, as an MCP elicitation has it. Throws an error in words. */
function formOf(fields: readonly Field[]): JsonObject {
  const names = fields.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new Error(`two fields have the name ${twice}`);
  return {
    type: "object",
    properties: Object.fromEntries(fields.map((each) => [each.name, propertyOf(each)])),
    required: fields.filter(({ isRequired = true }) => isRequired).map(({ name }) => name),
  };
}

function propertyOf({ name, type, label, options }: Field): JsonObject {
  if ((type === "choice") !== (options !== undefined))
    throw new Error(`the field ${name}: a choice has options, and nothing else has`);
  const title = label === undefined ? {} : { title: label };
  switch (type) {
    case "text":
      return { type: "string", ...title };
    case "choice":
      return { type: "string", enum: options ?? [], ...title };
    case "number":
    case "integer":
    case "boolean":
      return { type, ...title };
    default:
      return type satisfies never;
  }
}
