import { startKey } from "../../core/start-key.ts";
import type { Start } from "../../limit-store.ts";

/** A start in the counter of a user or an address, and the time under which it was counted. */
export const encodeCountedStart = (start: Start, at: number): string => `${startKey(start)} ${at}`;
