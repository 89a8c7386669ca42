import { z } from "zod";
import { waitTool } from "../protocol/workflow-graph.ts";
import { defineTool } from "../tools/define-tool.ts";
import type { Tool } from "../tools/tool.ts";
import type { EventKind } from "./define-event.ts";

const waitInput = z.object({ event: z.string(), message: z.string().exactOptional() });

/** What a wait comes to: a declined one is no error of anybody's. */
export const waitOutput = z.union([
  z.object({ data: z.unknown() }),
  z.object({ isDeclined: z.literal(true), reason: z.string().exactOptional() }),
]);

/**
 * A wait for an event from outside, as a call that asks a person: who answers sends the event. Data that do
 * not fit are asked for once more, with what is wrong with them.
 */
export const eventWait = (kind: EventKind, where: (data: unknown) => boolean = () => true): Tool =>
  defineTool({
    name: waitTool,
    description: "Waits for an event from outside.",
    effect: "read",
    input: waitInput,
    async run({ event, message = `The run waits for ${event}.` }, { ask }) {
      const schema = waitForm(kind);
      for (let fault = ""; ; ) {
        const answer = await ask({ message: fault === "" ? message : `${message}\n\n${fault}`, schema });
        if (answer.type === "cancel") throw new Error("the wait was given up before the event came");
        if (answer.type === "decline")
          return { isDeclined: true, ...(answer.reason !== undefined && { reason: answer.reason }) };
        const data = isWrapped(kind) ? answer.content["value"] : answer.content;
        const parsed = kind.schema.safeParse(data);
        if (parsed.success && where(parsed.data)) return { data };
        fault = parsed.error ? z.prettifyError(parsed.error) : "This is not what the run waits for.";
      }
    },
  });

/** What is asked for: an object, in which anything else is the one value. */
function waitForm({ schema, ...kind }: EventKind): Record<string, unknown> {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: "input" });
  return isWrapped({ schema, ...kind })
    ? { type: "object", properties: { value: json }, required: ["value"] }
    : json;
}

const isWrapped = ({ schema }: EventKind): boolean => !(schema instanceof z.ZodObject);
