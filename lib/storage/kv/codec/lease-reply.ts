import { decodeUnread } from "../../core/inbox-rules.ts";
import type { AppendResult, LeaseReply } from "../../run-store.ts";
import { listAt, type Reply, textAt, textsOf } from "../reply.ts";
import { parseInteger } from "./fields.ts";
import { decodeStop } from "./run.ts";

/** What every script for a holder returns: its kind, then what `decodeLeaseReply` takes. */
export function decodeAppendResult(reply: Reply, runId: string): AppendResult & { kind: string } {
  const kind = textAt(reply, 0) as AppendResult["kind"]; // Cast: the scripts know no other words.
  return { kind, ...decodeLeaseReply(reply.slice(1), runId) };
}

/**
 * Head, stop request, when it was made, the JSON of what is unread, if anything is, and, of a run that has
 * ended, whether questions wait ("1").
 */
export function decodeLeaseReply(reply: Reply, runId: string): LeaseReply {
  const record = `run ${runId}`;
  const stop = decodeStop(textAt(reply, 1), textAt(reply, 2), record);
  return {
    head: parseInteger(textAt(reply, 0), record),
    ...(stop && { stop }),
    ...decodeUnread(textsOf(listAt(reply, 3)), runId),
    ...(textAt(reply, 4) === "1" && { hasQueue: true as const }),
  };
}
