import { useEffect, useState } from "react";
import type { JsonResult } from "#lib/client/fetch-json.ts";
import { getRunDrawing } from "#lib/client/workflow-requests.ts";
import type { RunDrawing } from "#lib/protocol/run-drawing.ts";

/** By the hash of the definition: runs of the same one are drawn alike. */
const drawings = new Map<string, RunDrawing>();
const drawingLoads = new Map<string, Promise<JsonResult<RunDrawing>>>();

/** The drawing of a run's workflow, loaded once a definition. `again` asks anew where that failed. */
export function useRunDrawing(
  runId: string,
  definitionHash: string,
): { drawing: RunDrawing | undefined; isFailed: boolean; again(): void } {
  const [, setLoaded] = useState<string>();
  const [failed, setFailed] = useState<string>();
  const drawing = drawings.get(definitionHash);
  useEffect(() => {
    if (drawing || failed === definitionHash) return;
    let isShown = true;
    void load(runId, definitionHash).then((result) => {
      if (!isShown) return;
      if ("value" in result) setLoaded(definitionHash);
      else setFailed(definitionHash);
    });
    return () => {
      isShown = false;
    };
  }, [drawing, failed, runId, definitionHash]);
  return { drawing, isFailed: !drawing && failed === definitionHash, again: () => setFailed(undefined) };
}

function load(runId: string, definitionHash: string): Promise<JsonResult<RunDrawing>> {
  const known = drawingLoads.get(definitionHash);
  if (known) return known;
  const begun = getRunDrawing((url, init) => fetch(url, init), runId).then((result) => {
    if ("value" in result) drawings.set(definitionHash, result.value);
    drawingLoads.delete(definitionHash);
    return result;
  });
  drawingLoads.set(definitionHash, begun);
  return begun;
}
