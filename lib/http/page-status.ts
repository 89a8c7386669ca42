import { ServerResponse } from "node:http";

/**
 * Gives the page that is being rendered a status of its own, and when to ask again, s. Next has none for what
 * is away, and renders what is not found in the browser only; scripts/front-door.mjs says which answer a page
 * is rendered for. False, and without effect, on a host that does not start by that door.
 */
export function setPageStatus(status: number, retryAfter?: number): boolean {
  const find: unknown = Reflect.get(globalThis, Symbol.for("rivulet.answer"));
  const answer: unknown = typeof find === "function" ? find() : undefined;
  if (!(answer instanceof ServerResponse) || answer.headersSent) return false;
  answer.statusCode = status;
  if (retryAfter !== undefined) answer.setHeader("retry-after", retryAfter);
  return true;
}
