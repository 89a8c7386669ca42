/** What the server holds to and the page shows or waits for. */

/** How long a deleted conversation can be brought back, ms (docs/protocol.md 3.6). */
export const undoMs = 10_000;

/**
 * Of a question, in characters as `countCharacters` counts them (docs/protocol.md 3.1), where the operator
 * has said nothing else by `MAX_MESSAGE_CHARACTERS`.
 */
export const defaultMaxMessageLength = 128_000;

/** Of a conversation's title, likewise (docs/protocol.md 3.6). */
export const maxTitleLength = 200;

/** Of a note that an agent keeps for a person, in UTF-16 units. */
export const maxNoteNameLength = 100;
export const maxNoteTextLength = 8000;

/** A stream that has nothing to say sends a heartbeat so often, ms (docs/protocol.md 2). */
export const heartbeatMs = 10_000;

/** What was written in less time than this, ms, came in one burst: it has no speed. */
export const minRatedMs = 500;
