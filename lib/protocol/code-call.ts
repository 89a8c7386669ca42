/** The call of an agent that writes code: its input is the code, and what that calls stands inside of it. */
export const codeToolName = "run_code";

/** `code` of the result of a call whose code has failed by itself: it can be run again. */
export const codeFailed = "code-failed";

/** The same where its sandbox is gone with all that the code before it had set. */
export const sandboxLost = "sandbox-lost";

/** Marks a thought that is a plan: readers name it so. */
export const planMark = { plan: {} } as const;
