import { z } from "zod";
import type { Tool, ToolContext } from "./tool.ts";

/** A tool in one file; `input`: its arguments, an object by zod. */
export interface ToolDefinition<S extends z.ZodObject>
  extends Pick<
    Tool,
    | "name"
    | "description"
    | "effect"
    | "isPrivate"
    | "isTurnedOn"
    | "returnDirect"
    | "timeLimitMs"
    | "attempts"
  > {
  input: S;
  goesTo?(input: z.output<S>): string;
  run(input: z.output<S>, context: ToolContext): unknown;
}

/**
 * A tool whose arguments are checked by zod: a key that the schema does not name is refused, and in an object
 * inside of it where that is a `z.strictObject`; zod drops it otherwise. Throws `TypeError` for a name that
 * providers refuse, and for several attempts at what does more than read.
 */
export function defineTool<S extends z.ZodObject>(definition: ToolDefinition<S>): Tool {
  const { input: given, run, goesTo, ...facts } = definition;
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(facts.name))
    throw new TypeError(`a tool's name has 1 to 64 of A-Z, a-z, 0-9, _ and -: ${facts.name}`);
  if (facts.effect !== "read" && (facts.attempts ?? 1) > 1)
    throw new TypeError(`${facts.name} does more than read: a call of it is never tried again by itself`);
  const input = given.strict();
  const { $schema: _, ...inputSchema } = z.toJSONSchema(input, { io: "input" });
  return {
    ...facts,
    inputSchema,
    parse(value) {
      const parsed = input.safeParse(value);
      return parsed.success
        ? { type: "ok", input: parsed.data }
        : { type: "invalid", errorText: z.prettifyError(parsed.error) };
    },
    // Casts: `parse` gave it.
    ...(goesTo && { goesTo: (value: unknown) => goesTo(value as z.output<S>) }),
    run: (value, context) => run(value as z.output<S>, context),
  };
}
