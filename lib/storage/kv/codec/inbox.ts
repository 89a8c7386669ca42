import { countUnread, type InboxChange, type InboxRecord, unreadOf } from "../../core/inbox-rules.ts";
import { damaged } from "../../core/unreadable.ts";
import type { LeaseReply } from "../../run-store.ts";
import { type Reply, textsOf } from "../reply.ts";
import { parseInteger } from "./fields.ts";

/**
 * A run's inbox: fields of its hash (run.ts), so that they are copied and purged with it. A record is the
 * field `<kind>:<id>`, its value lines: state, position, the JSON of the call's id and of the input hash,
 * digest, JSON. JSON holds no line break, and scripts compare it as it is (lua-records.ts). `unread` counts
 * those that are in no log yet. A run without records has none of these fields.
 */
export const encodeInbox = (records: readonly InboxRecord[]): Record<string, string> =>
  records.length === 0
    ? {}
    : {
        ...Object.fromEntries(records.map((record) => [inboxField(record), encodeRecord(record)])),
        unread: String(countUnread(records)),
      };

/** The field of a record. */
export const inboxField = ({ kind, id }: Pick<InboxRecord, "kind" | "id">): string =>
  `${kind}:${JSON.stringify(id)}`;

const encodeRecord = ({ state, position, toolCallId, inputHash, digest, json }: InboxRecord): string =>
  [state, position, JSON.stringify(toolCallId), JSON.stringify(inputHash), digest, json].join("\n");

/** As scripts compare it with that of a record. */
export const encodeInputHash = (inputHash: string): string => JSON.stringify(inputHash.toWellFormed());

/** `flat`: the run's hash. Throws `StorageError("damaged")`. */
export function decodeInbox(flat: Reply, record: string): InboxRecord[] {
  const texts = textsOf(flat);
  return texts.flatMap((field, index) => {
    if (index % 2 === 1) return [];
    const [, kind, id] = /^(approval|message):(".*")$/s.exec(field) ?? [];
    if ((kind !== "approval" && kind !== "message") || id === undefined) return [];
    return [{ kind, id: parseText(id, record), ...decodeRecord(texts[index + 1] ?? "", record) }];
  });
}

const states = ["open", "recorded", "written", "closed"] as const;

function decodeRecord(text: string, record: string): Omit<InboxRecord, "kind" | "id"> {
  const [first = "", position = "", toolCallId = "", inputHash = "", digest = "", json = "", ...more] =
    text.split("\n");
  const state = states.find((each) => each === first);
  if (state === undefined || more.length > 0) throw damaged(record);
  return {
    state,
    position: parseInteger(position, record),
    toolCallId: parseText(toolCallId, record),
    inputHash: parseText(inputHash, record),
    digest,
    json,
  };
}

function parseText(json: string, record: string): string {
  try {
    const text: unknown = JSON.parse(json);
    if (typeof text === "string") return text;
  } catch (cause) {
    throw damaged(record, cause);
  }
  throw damaged(record);
}

/** What a reply to a holder has of the hash of its run. Throws `StorageError("damaged")`. */
export const unreadIn = (flat: Reply, runId: string): Pick<LeaseReply, "decisions" | "messages"> =>
  unreadOf(decodeInbox(flat, `run ${runId}`), runId);

/** As script arguments: their number; then of each its seq, what it does, and two texts for that. */
export const encodeInboxChanges = (changes: readonly InboxChange[]): (string | number)[] => [
  changes.length,
  ...changes.flatMap((change) => [change.seq, ...encodeChange(change)]),
];

function encodeChange(change: InboxChange): [verb: string, name: string, text: string] {
  switch (change.type) {
    case "request": {
      const { id, toolCallId, inputHash } = change;
      const opened = { state: "open", position: 0, toolCallId, inputHash, digest: "", json: "" } as const;
      const record: InboxRecord = { kind: "approval", id, ...opened };
      return ["request", inboxField(record), encodeRecord(record)];
    }
    case "written":
      return ["written", inboxField(change), change.digest];
    case "answered":
      return ["answered", "", JSON.stringify(change.toolCallId)];
    default:
      return change satisfies never;
  }
}
