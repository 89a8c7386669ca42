import { lazyPart } from "../ui/lazy-part.tsx";

/** Its script is loaded when a conversation can be deleted, so that what undoes that is there at once. */
export const LazyDeletedLine = lazyPart(async () => (await import("./deleted-line.tsx")).DeletedLine);
