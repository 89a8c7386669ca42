import { createHash } from "node:crypto";

/** What every provider takes as the name of a tool. */
const maxToolNameLength = 64;

/**
 * The name under which a model calls a server's tool: the server's, two underscores and its own, so that no
 * server can take the name of another one's tool or of one of ours. A name that providers would refuse is
 * made fit, and stays one of its own by a few digits of its hash.
 */
export function toolName(server: string, tool: string): string {
  const name = `${server}__${tool}`;
  if (/^[\w-]+$/.test(name) && name.length <= maxToolNameLength) return name;
  const digits = createHash("sha256").update(tool).digest("hex").slice(0, 8);
  return `${name.replace(/[^\w-]/g, "_").slice(0, maxToolNameLength - digits.length - 1)}_${digits}`;
}
