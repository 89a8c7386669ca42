import { ServerResponse } from "node:http";

/**
 * Gives the page that is being rendered a status of its own, and when to ask again, s. Next has a status for
 * what is not found and none for what is away; scripts/front-door.mjs says which answer a page is rendered
 * for. Without effect on a host that does not start by that door.
 */
export function setPageStatus(status: number, retryAfter: number): void {
  const find: unknown = Reflect.get(globalThis, Symbol.for("rivulet.answer"));
  const answer: unknown = typeof find === "function" ? find() : undefined;
  if (!(answer instanceof ServerResponse) || answer.headersSent) return;
  answer.statusCode = status;
  answer.setHeader("retry-after", retryAfter);
}
