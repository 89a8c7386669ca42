import { lazyPart } from "../ui/lazy-part.tsx";

/** Most of what is written was not pasted. */
export const LazyChips = lazyPart(async () => (await loadChips()).PastedChips);

/** Before a paste that comes without a network. */
export const loadChips = () => import("./pasted-chips.tsx");
