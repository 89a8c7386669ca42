import { createHash } from "node:crypto";
import { z } from "zod";
import { defaultAgent } from "../protocol/default-agent.ts";
import { isId } from "../protocol/id.ts";
import { isInvisible } from "../protocol/is-invisible.ts";
import type { NewRun } from "../storage/run-store.ts";
import { textField } from "./text-field.ts";

const isGiven = (value: unknown): boolean => value !== undefined;

const id = z.string().refine(isId, "must be a lower-case UUID");

/**
 * The body of `POST /api/conversations/:id/runs` (protocol 3.1), with a question of at most so many
 * characters. The server owns the history: nothing else is accepted.
 */
export function runRequest(maxMessageLength: number): ReturnType<typeof requestWith> {
  const made = schemas.get(maxMessageLength) ?? requestWith(textField(maxMessageLength));
  schemas.set(maxMessageLength, made);
  return made;
}
export type RunRequest = z.infer<ReturnType<typeof requestWith>>;

/** A process has one limit, and a schema is slow to make. */
const schemas = new Map<number, ReturnType<typeof requestWith>>();

const requestWith = (text: ReturnType<typeof textField>) =>
  z
    .strictObject({
      runId: id,
      message: z.strictObject({ text }).optional(),
      /**
       * What a workflow begins with, in place of a message: a text, or JSON, which is its text then.
       */
      input: z.unknown().optional(),
      retry: id.optional(),
      continue: id.optional(),
      /** Of the answer that is continued: the call that is made once more. */
      call: z.string().min(1).max(200).optional(),
      agent: z.string().max(100).optional(),
      /** The same as `agent`, and a workflow. */
      workflow: z.string().max(100).optional(),
      model: z.string().max(200).optional(),
      parentMessageId: id.nullable().optional(),
      /**
       * While a run is live the question waits for its end (protocol 3.16); "now": as the next one, and the
       * run is stopped.
       */
      queue: z.union([z.literal(true), z.literal("now")]).optional(),
      /** With "now": the run to stop, if it is live still; null: none. Absent: whichever is live. */
      stop: id.nullable().optional(),
      seen: id.nullable().optional(),
    })
    .refine((body) => [body.message, body.input, body.retry, body.continue].filter(isGiven).length === 1, {
      path: ["message"],
      error: "give one of message, input, retry and continue",
    })
    .refine(({ agent, workflow }) => agent === undefined || workflow === undefined, {
      path: ["workflow"],
      error: "give one of agent and workflow",
    })
    .refine(({ queue, retry, continue: continued }) => queue === undefined || !(retry ?? continued), {
      path: ["queue"],
      error: "only a question can wait",
    })
    .refine(({ queue, stop }) => stop === undefined || queue === "now", {
      path: ["stop"],
      error: 'goes along with queue "now"',
    })
    .refine(({ seen, retry, continue: continued }) => !isGiven(seen) || ![retry, continued].some(isGiven), {
      path: ["seen"],
      error: "goes along with message or input",
    })
    .refine(({ call, continue: continued }) => call === undefined || continued !== undefined, {
      path: ["call"],
      error: "goes along with continue",
    })
    .transform(({ input, ...body }, context) => {
      if (input === undefined) return body;
      const read = text.safeParse(typeof input === "string" ? input : JSON.stringify(input));
      if (read.success) return { ...body, message: { text: read.data } };
      for (const { message } of read.error.issues)
        context.addIssue({ code: "custom", path: ["input"], message });
      return z.NEVER;
    });

/** The run that a request asks for. `newId` makes the ids that the client does not choose. */
export function newRun(
  body: RunRequest,
  { conversationId, userId, newId }: { conversationId: string; userId: string; newId(): string },
): NewRun {
  const { runId, message, retry, workflow, model, parentMessageId, seen } = body;
  const agent = workflow ?? body.agent ?? defaultAgent;
  return {
    runId,
    conversationId,
    userId,
    bodyHash: bodyHashOf({
      conversationId,
      message,
      retry,
      continue: body.continue,
      call: body.call,
      agent,
      model,
      parentMessageId,
      // Absent, as in the requests of older pages, it is in no hash.
      seen,
    }),
    agent,
    ...(model !== undefined && { model }),
    messageId: newId(),
    ask: askOf(body, newId),
    title: titleOf(message?.text ?? ""),
  };
}

function askOf(
  { message, retry, continue: continued, call, parentMessageId, seen }: RunRequest,
  newId: () => string,
): NewRun["ask"] {
  if (retry !== undefined) return { kind: "retry", retryRunId: retry };
  if (continued !== undefined)
    return { kind: "continue", continueRunId: continued, ...(call !== undefined && { isWhole: true }) };
  return {
    kind: "message",
    message: { id: newId(), text: message?.text ?? "" },
    ...(parentMessageId !== undefined && { parentMessageId }),
    ...(seen !== undefined && { seen }),
  };
}

/** The first words of a question: what a list shows until a person gives a better name. */
export function titleOf(text: string): string {
  const seen = text.split("\n").find((each) => !isInvisible(each)) ?? "";
  const line = seen.replace(/\s+/g, " ").trim();
  // More than sixty of the longest characters that people write; the rest of a long line is not looked at.
  const units = [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(line.slice(0, 2000))];
  if (units.length <= 60) return line;
  const cut = units.slice(0, 60).map(({ segment }) => segment);
  return `${cut.join("").replace(/\s+\S{0,12}$/, "")}…`;
}

const bodyHashOf = (body: object): string => createHash("sha256").update(JSON.stringify(body)).digest("hex");
