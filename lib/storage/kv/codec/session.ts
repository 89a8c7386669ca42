import type { Transfer } from "../../session-store.ts";
import { type Reply, textsOf } from "../reply.ts";

/** The field of a session: its user, empty once it is logged out. */
export const encodeSessionUser = (userId: string | null): string => userId ?? "";

/** Null: logged out. */
export const decodeSessionUser = (text: string): string | null => text || null;

/**
 * What the script of a transfer returns: user, expiry, and who used it or "-". Null: no such code. The
 * scripts read and write the stored text themselves (lua-records.ts).
 */
export function decodeTransfer(reply: Reply): Transfer | null {
  const [userId, expiresAt, usedBy] = textsOf(reply);
  if (userId === undefined) return null;
  return {
    userId,
    expiresAt: Number(expiresAt),
    ...(usedBy !== undefined && usedBy !== "-" && { usedBy }),
  };
}
