import type { RunDrawing } from "../../protocol/run-drawing.ts";
import { findRun } from "../../runs/find-run.ts";
import { foldSnapshot } from "../../runs/fold-snapshot.ts";
import { found, idParam } from "../params.ts";
import { forVisitors } from "../route.ts";

export const graphRoute = {
  /** The drawing of the workflow that writes a run, by the graph of its log (protocol 3.13). */
  GET: forVisitors<"runId">(async ({ params, userId }, { context, drawGraph }) => {
    const runId = idParam(params, "runId");
    found(await findRun(context, runId, userId));
    const { workflow } = foldSnapshot(found(await context.storage.runs.snapshot(runId)));
    const { graph, definitionHash } = found(workflow ?? null);
    const view: RunDrawing = { graph, definitionHash, drawing: drawGraph(graph) };
    return Response.json(view);
  }),
};
