import { lazy } from "react";
import { reloadPage } from "../ui/reload-page.ts";

/** The inspector. Its script is loaded when it is first shown. */
export const LazyInspector = lazy(async () => ({
  default: (await import("./inspector-page.tsx").catch(reloadPage)).InspectorPage,
}));
