import { readFixture } from "../../conversations/read-fixture.ts";
import { decodeEvent } from "../../protocol/decode-event.ts";
import { findRun } from "../../runs/find-run.ts";
import { jsonResponse } from "../json-response.ts";
import { found, idParam } from "../params.ts";
import { ProblemError } from "../problem.ts";
import { forVisitors } from "../route.ts";

export const inputRoute = {
  /** What the model of a run was sent in the newest request, `?seq=`: up to that event (protocol 3.13). */
  GET: forVisitors<"runId">(async ({ request, params, userId }, { context, sentInput, held }) => {
    const runId = idParam(params, "runId");
    const seq = seqIn(request);
    const run = found(await findRun(context, runId, userId));
    const { messages, entries } = found(await readFixture(context, run, seq));
    const events = entries.map(({ json }) => decodeEvent(json));
    return jsonResponse(found(sentInput({ messages, events }, seq) ?? null), held);
  }),
};

function seqIn(request: Request): number {
  const given = new URL(request.url).searchParams.get("seq");
  if (given === null) return Number.MAX_SAFE_INTEGER;
  const seq = Number(given);
  if (Number.isSafeInteger(seq) && seq > 0) return seq;
  throw new ProblemError(400, "bad_field", "seq: must be the number of an event", {
    fields: { field: "seq" },
  });
}
