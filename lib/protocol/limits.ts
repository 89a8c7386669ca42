/** How long a deleted conversation can be brought back, ms (docs/protocol.md 3.6). */
export const undoMs = 10_000;
