import { readFixture } from "../../conversations/read-fixture.ts";
import { encodeFixture } from "../../protocol/run-fixture.ts";
import { findRun } from "../../runs/find-run.ts";
import { textResponse } from "../json-response.ts";
import { found, idParam } from "../params.ts";
import { forVisitors } from "../route.ts";

export const fixtureRoute = {
  /** What led to a run, and its log so far, as one file (protocol 3.13). */
  GET: forVisitors<"runId">(async ({ params, userId }, { context, held }) => {
    const runId = idParam(params, "runId");
    const run = found(await findRun(context, runId, userId));
    const { messages, entries } = found(await readFixture(context, run));
    const headers = {
      "content-type": "application/x-ndjson; charset=utf-8",
      "content-disposition": `attachment; filename="run-${runId}.ndjson"`,
    };
    return textResponse(encodeFixture(messages, entries), headers, held);
  }),
};
