import { lazyPart } from "../ui/lazy-part.tsx";

/** Most of what is written was not pasted. */
export const LazyChips = lazyPart(async () => (await import("./pasted-chips.tsx")).PastedChips);
