import { createHash } from "node:crypto";
import type { Tool } from "./tool.ts";

/**
 * Names what a person is asked to approve: the arguments, whatever the order of their names, and what the
 * tool says of itself, which a server elsewhere may have changed meanwhile. 32 hexadecimal digits of a
 * SHA-256.
 */
export const callHash = ({ name, description, inputSchema, effect }: Tool, input: unknown): string =>
  hashOfJson({ name, description, inputSchema, effect, input });

/** The same for any value of JSON's. */
export const hashOfJson = (value: unknown): string =>
  createHash("sha256")
    .update(JSON.stringify(value, (_, inner: unknown) => inSortedOrder(inner)) ?? "")
    .digest("hex")
    .slice(0, 32);

const inSortedOrder = (value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;
