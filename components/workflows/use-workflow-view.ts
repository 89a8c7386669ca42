import { useEffect, useState } from "react";
import { getWorkflow } from "#lib/client/workflow-requests.ts";
import type { WorkflowView } from "#lib/protocol/workflow-listing.ts";

/** How often it is looked whether there is a newer run, while the page is seen, ms. */
const lookAgainMs = 10_000;

/**
 * A workflow and its newest run, as the server rendered them and then as they are. "missing": there is none
 * of this name.
 */
export function useWorkflowView(
  name: string,
  first: WorkflowView | undefined,
): WorkflowView | "loading" | "missing" | "failed" {
  const [view, setView] = useState<WorkflowView | "loading" | "missing" | "failed">(first ?? "loading");
  useEffect(() => {
    const left = new AbortController();
    async function look() {
      if (document.visibilityState === "hidden") return;
      const result = await getWorkflow((url, init) => fetch(url, init), name, left.signal);
      if (left.signal.aborted) return;
      if ("value" in result) setView((known) => (isSameView(known, result.value) ? known : result.value));
      else
        setView((known) =>
          typeof known === "object" ? known : result.problem.code === "not_found" ? "missing" : "failed",
        );
    }
    void look();
    const timer = setInterval(() => void look(), lookAgainMs);
    const onSeen = () => void look();
    document.addEventListener("visibilitychange", onSeen, { signal: left.signal });
    window.addEventListener("focus", onSeen, { signal: left.signal });
    return () => {
      left.abort();
      clearInterval(timer);
    };
  }, [name]);
  return view;
}

const isSameView = (known: WorkflowView | string, next: WorkflowView): boolean =>
  typeof known === "object" &&
  known.latest?.runId === next.latest?.runId &&
  known.workflow.definitionHash === next.workflow.definitionHash;
