import type { ConversationRecord } from "#lib/storage/kv/codec/conversation.ts";
import type { RunRecord } from "#lib/storage/kv/codec/run.ts";

/** A conversation with every field set. */
export const fullConversation: ConversationRecord = {
  id: "c",
  userId: "u",
  title: '"half \ud83d\n',
  createdAt: 1,
  updatedAt: 2,
  activeRunId: "r",
  titleIsCustom: true,
  deletedAt: 3,
  lastRunId: "r0",
  queue: { json: "{}", version: 4, due: 2 },
  choices: '{"q":{"messageId":"m"}}',
};

/** One with as few fields as there can be. */
export const bareConversation: ConversationRecord = {
  id: "c",
  userId: "u",
  title: "",
  createdAt: 1,
  updatedAt: 1,
  titleIsCustom: false,
  deletedAt: undefined,
  lastRunId: undefined,
  queue: undefined,
  choices: undefined,
};

/** A run with every field set. */
export const fullRun: RunRecord = {
  runId: "r",
  conversationId: "c",
  userId: "u",
  messageId: "m",
  userMessageId: "q",
  parentRunId: "r0",
  agent: "assistant",
  model: "gpt",
  status: "stopping",
  epoch: 7,
  head: 12,
  createdAt: 1_700_000_000_000,
  leaseUntil: 1_700_000_015_000,
  holder: { host: "h", boot: "b", pid: 1, startedAt: "t" },
  stop: { by: "user", reason: "enough", at: 1_700_000_000_001 },
  continuations: 2,
  bodyHash: "hash",
  token: "token",
  suspendedToken: "older",
  isContinuable: false,
  lastCall: "call",
  inbox: [],
};

/** A run as it is created. */
export const newRunRecord: RunRecord = {
  runId: "r",
  conversationId: "c",
  userId: "u",
  messageId: "m",
  userMessageId: "q",
  agent: "assistant",
  status: "queued",
  epoch: 0,
  head: 0,
  createdAt: 5,
  leaseUntil: 0,
  continuations: 0,
  bodyHash: "hash",
  token: undefined,
  suspendedToken: undefined,
  isContinuable: undefined,
  lastCall: "call",
  inbox: [],
};
