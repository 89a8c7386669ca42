import { z } from "zod";
import { wellFormedValue } from "../../protocol/surrogates.ts";
import { decideRun } from "../../runs/decide-run.ts";
import { findRun } from "../../runs/find-run.ts";
import { wellFormedString } from "../../runs/text-field.ts";
import type { DecideResult, Decision } from "../../storage/run-store.ts";
import { ownKeysOf } from "../own-keys-of.ts";
import { found, idParam } from "../params.ts";
import { notFound, ProblemError } from "../problem.ts";
import { readJson } from "../read-json.ts";
import { forVisitors } from "../route.ts";

/** Of the values of a form, as JSON. */
const maxContentLength = 32_000;

const decisionRequest = z.strictObject({
  approved: z.boolean(),
  inputHash: wellFormedString.max(200),
  reason: wellFormedString.max(2000).exactOptional(),
  scope: z.enum(["once", "conversation"]).exactOptional(),
  content: z
    .record(z.string(), z.unknown())
    .overwrite(wellFormedValue)
    .refine((content) => JSON.stringify(content).length <= maxContentLength, "is too long")
    .exactOptional(),
});

export const approvalsRoute = {
  /** Decides about an approval from any tab, device and process (protocol 3.4). */
  POST: forVisitors<"runId" | "approvalId">(async (visitor, server) => {
    const { request, params, userId } = visitor;
    const { context } = server;
    const runId = idParam(params, "runId");
    const approvalId = approvalIdOf(request);
    const { inputHash, scope = "once", ...given } = await readJson(request, decisionRequest);
    found(await findRun(context, runId, userId));
    // Once is what an absent scope means: both are the same decision.
    const decision: Decision = { approvalId, by: "user", ...given, ...(scope !== "once" && { scope }) };
    const keys = ownKeysOf(visitor, server);
    const decided = found(await decideRun(context, { runId, decision, inputHash, keys }));
    if (decided.kind === "unfit") throw unfitContent(decided.fault);
    if (decided.kind !== "decided") throw refusedDecision(decided.kind);
    if (decided.done) server.waitUntil(decided.done);
    return Response.json({ runId, approvalId, approved: decision.approved });
  }),
};

/** As the address has it: ids of calls are whatever a provider wrote. Throws 404 for what is no text. */
function approvalIdOf({ url }: Request): string {
  try {
    return decodeURIComponent(new URL(url).pathname.split("/").at(-1) ?? "");
  } catch {
    throw notFound();
  }
}

const unfitContent = (fault: string): ProblemError =>
  new ProblemError(400, "bad_field", `content: ${fault}`, { fields: { field: "content" } });

function refusedDecision(kind: Exclude<DecideResult["kind"], "decided">): ProblemError {
  switch (kind) {
    case "decided-otherwise":
      return new ProblemError(409, "already_decided", "this was decided otherwise before");
    case "changed":
      return new ProblemError(
        409,
        "input_changed",
        "inputHash: the arguments are not those that were shown",
        {
          fields: { field: "inputHash" },
        },
      );
    case "over":
      return new ProblemError(409, "run_over", "nothing waits for this decision any more");
    case "not-found":
      return notFound();
    default:
      return kind satisfies never;
  }
}
