import { createHash } from "node:crypto";
import { z } from "zod";
import { messageBodyBytes } from "../../door/message-body-bytes.ts";
import type { UnreadMessage } from "../../protocol/conversation-view.ts";
import { isId } from "../../protocol/id.ts";
import { isEnded } from "../../protocol/run-status.ts";
import { findRun } from "../../runs/find-run.ts";
import type { RunContext } from "../../runs/run-context.ts";
import { textField } from "../../runs/text-field.ts";
import { writeBriefly } from "../../runs/write-briefly.ts";
import type { RunMeta, SendResult } from "../../storage/run-store.ts";
import type { ApiServer } from "../api-server.ts";
import { countStart } from "../count-start.ts";
import { found, idParam } from "../params.ts";
import { ProblemError } from "../problem.ts";
import { readJson } from "../read-json.ts";
import { forVisitors } from "../route.ts";
import { startBounds } from "../start-bounds.ts";

const messageRequest = (maxMessageLength: number) =>
  z.strictObject({
    id: z.string().refine(isId, "must be a lower-case UUID"),
    text: textField(maxMessageLength),
  });

export const messagesRoute = {
  /** What was sent into a live run and is not in its log, oldest first (protocol 3.10). */
  GET: forVisitors<"runId">(async ({ params, userId }, { context }) => {
    const run = found(await findRun(context, idParam(params, "runId"), userId));
    return Response.json({ messages: await unreadMessages(context, run) });
  }),
  /**
   * Sends a message into a live run (protocol 3.10): 202 while the run may take it, 200 once that has ended.
   * The same id again is the same message.
   */
  POST: forVisitors<"runId">(async ({ request, params, userId }, server) => {
    const { context, config } = server;
    const runId = idParam(params, "runId");
    const { id, text } = await readJson(request, messageRequest(config.maxMessageLength), {
      maxBytes: messageBodyBytes(config.maxMessageLength),
    });
    const run = found(await findRun(context, runId, userId));
    const withdraw = isEnded(run.status)
      ? undefined
      : await countAsQuestion(server, request.headers, run, { id, text });
    const message = { messageId: id, text, by: "user" };
    const { clock, storage } = context;
    // If the store fails here it stays counted: whether it was sent is not known.
    const result = await writeBriefly(clock, () => storage.runs.sendMessage(runId, message));
    if (result?.kind !== "sent") await withdraw?.();
    const sent = found(result);
    if (sent.kind !== "sent") throw unsentProblem(sent.kind);
    const hasEnded = isEnded(sent.run.status);
    return Response.json(
      { runId, id, state: hasEnded ? "settled" : "recorded" },
      { status: hasEnded ? 200 : 202 },
    );
  }),
};

/** Most runs have none, and most looks cost one small read. */
async function unreadMessages({ storage }: RunContext, run: RunMeta): Promise<UnreadMessage[]> {
  if (run.unread === undefined || isEnded(run.status)) return [];
  const { messages = [] } = (await storage.runs.snapshot(run.runId)) ?? {};
  return messages.map(({ messageId, text }) => ({ messageId, text }));
}

/**
 * It is a question to a model as much as one that starts a run, and becomes one if the run ends first. What
 * counts it no longer; undefined: it is not counted.
 */
async function countAsQuestion(
  { context, config }: ApiServer,
  headers: Headers,
  run: RunMeta,
  { id, text }: { id: string; text: string },
): Promise<(() => Promise<void>) | undefined> {
  const { conversationId, userId } = run;
  const { usesKey } = await context.pickProducer(run);
  // The run is live already.
  const { live: _, ...bounds } = startBounds({
    ...{ headers, userId, usesKey },
    ...{ limits: context.limits, trustedProxies: config.trustedProxies },
  });
  const bodyHash = createHash("sha256").update(text).digest("hex");
  return countStart(context, { runId: id, conversationId, userId, bodyHash }, bounds);
}

function unsentProblem(kind: Exclude<SendResult["kind"], "sent">): ProblemError {
  switch (kind) {
    case "over":
      return new ProblemError(409, "run_over", "this run has ended: ask the message as a question");
    case "conflict":
      return new ProblemError(409, "run_conflict", "id: something else was sent under this id", {
        fields: { field: "id" },
      });
    case "full":
      return new ProblemError(429, "rate_limited", "too many messages wait for this run", { retryAfter: 5 });
    default:
      return kind satisfies never;
  }
}
