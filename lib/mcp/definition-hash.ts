import { createHash } from "node:crypto";
import type { McpDefinition } from "./connect-server.ts";

/**
 * A tool as its server describes it, in a few characters: the same for the same words and schema, whatever
 * the order of keys. What somebody has allowed was this one.
 */
export function definitionHash({
  name,
  title,
  description,
  inputSchema,
  annotations,
}: McpDefinition): string {
  const told = { name, title, description, inputSchema, annotations };
  return createHash("sha256").update(JSON.stringify(told, sorted)).digest("hex").slice(0, 32);
}

/** For `JSON.stringify`: keys in one order. */
const sorted = (_: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
