import { lazyPart } from "../ui/lazy-part.tsx";

/** What few answers have, loaded with the first that does. */
export const lazyParts = {
  ErrorStrip: lazyPart(async () => (await import("./error-strip.tsx")).ErrorStrip),
  OtherAnswers: lazyPart(async () => (await loadOtherAnswers()).OtherAnswers),
  ToolRow: lazyPart(async () => (await import("./tool-row.tsx")).ToolRow),
};

const loadOtherAnswers = () => import("./other-answers.tsx");

/** Before a click that may come without a network. */
export const preloadOtherAnswers = (): void => void loadOtherAnswers().catch(() => undefined);
