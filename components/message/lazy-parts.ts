import { lazyPart } from "../ui/lazy-part.tsx";

/** What few answers have, loaded with the first that does. */
export const lazyParts = {
  Estimate: lazyPart(async () => (await loadEstimate()).Estimate),
  ErrorStrip: lazyPart(async () => (await loadErrorStrip()).ErrorStrip),
  OtherAnswers: lazyPart(async () => (await loadOtherAnswers()).OtherAnswers),
  ToolRow: lazyPart(async () => (await loadToolRow()).ToolRow),
};

const loadEstimate = () => import("./estimate.tsx");
const loadErrorStrip = () => import("./error-strip.tsx");
const loadOtherAnswers = () => import("./other-answers.tsx");
const loadToolRow = () => import("./tool-row.tsx");

/** Before a click that may come without a network. */
export const preloadOtherAnswers = (): void => void loadOtherAnswers().catch(() => undefined);

/** While an answer is written: when it fails, there may be no network, or another build on the server. */
export function preloadLiveParts(): void {
  for (const load of [loadErrorStrip, loadEstimate, loadToolRow]) void load().catch(() => undefined);
}
