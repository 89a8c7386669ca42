import { lazy } from "react";
import { reloadPage } from "../ui/reload-page.ts";

/** The page of a workflow. Its script is loaded when it is first shown. */
export const LazyWorkflowPage = lazy(async () => ({
  default: (await import("./workflow-page.tsx").catch(reloadPage)).WorkflowPage,
}));
