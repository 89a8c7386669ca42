import { isDeepStrictEqual } from "node:util";
import { chooseMessage } from "#lib/protocol/choices.ts";
import { undoMs } from "#lib/protocol/limits.ts";
import { emptyQueue } from "#lib/protocol/question-queue.ts";
import { isEnded } from "#lib/protocol/run-status.ts";
import type { ConversationStore } from "#lib/storage/conversation-store.ts";
import { decodeListCursor, encodeListCursor, type ListPosition } from "#lib/storage/core/list-cursor.ts";
import { decodeChoices } from "#lib/storage/core/stored-choices.ts";
import { decodeMessage, decodeQueue } from "#lib/storage/core/stored-json.ts";
import {
  followsQueue,
  type MapConversation,
  type MapRecords,
  mapRunOf,
  metaOf,
  runsOf,
} from "./map-records.ts";
import { snapshotOf } from "./map-runs.ts";

export function createMapConversations(records: MapRecords): ConversationStore {
  const { conversations, runs, now, changed } = records;

  function own(id: string, userId: string): MapConversation | undefined {
    const conversation = conversations.get(id);
    return conversation?.fields.userId === userId ? conversation : undefined;
  }

  function visible(id: string, userId: string): MapConversation | undefined {
    const conversation = own(id, userId);
    return conversation?.deletedAt === undefined ? conversation : undefined;
  }

  return {
    async get(id, userId) {
      const conversation = visible(id, userId);
      if (!conversation) return null;
      const messages = [...conversation.messages].map(([each, json]) => decodeMessage(json, id, each));
      const active = runs.get(conversation.fields.activeRunId ?? "");
      return {
        conversation: conversation.fields,
        messages,
        choices: conversation.choices,
        ...(active && { active: snapshotOf(records, active) }),
        ...(conversation.queue && { queue: conversation.queue }),
      };
    },

    async list(userId, { cursor, limit }) {
      const after = cursor === undefined ? undefined : decodeListCursor(cursor);
      if (cursor !== undefined && !after) return { conversations: [] };
      const found = [...conversations.values()]
        .filter(({ fields, deletedAt }) => fields.userId === userId && deletedAt === undefined)
        .map(({ fields }) => fields)
        .sort(byAge)
        .filter((each) => !after || byAge(after, each) < 0);
      const page = found.slice(0, limit);
      const last = page.at(-1);
      return found.length > limit && last
        ? { conversations: page, nextCursor: encodeListCursor(last) }
        : { conversations: page };
    },

    async newestRun(userId, agent, limit) {
      const { conversations: page } = await this.list(userId, { limit });
      const [newest] = page
        .flatMap(({ id }) => runsOf(records, id))
        .map(({ meta }) => meta)
        .filter((meta) => meta.agent === agent)
        .toSorted((one, other) => other.createdAt - one.createdAt);
      return newest ? { conversationId: newest.conversationId, runId: newest.runId } : null;
    },

    async rename(id, userId, title) {
      const conversation = visible(id, userId);
      if (!conversation) return null;
      conversation.fields = { ...conversation.fields, title };
      return conversation.fields;
    },

    async choose(id, userId, messageId) {
      const conversation = visible(id, userId);
      if (!conversation) return null;
      const messages = [...conversation.messages].map(([each, json]) => decodeMessage(json, id, each));
      const active = runs.get(conversation.fields.activeRunId ?? "");
      const chosen = chooseMessage(conversation.choices, messages, messageId, active?.meta);
      if (!chosen) return null;
      conversation.choices = chosen;
      return conversation.fields;
    },

    async remove(id, userId) {
      const conversation = own(id, userId);
      if (!conversation) return false;
      conversation.deletedAt ??= now();
      for (const run of runsOf(records, id).filter(({ meta }) => !isEnded(meta.status))) {
        const stop = run.meta.stop ?? { by: "user", reason: "deleted", at: now() };
        run.meta = { ...run.meta, status: "stopping", stop };
        changed(run.meta.runId);
      }
      return true;
    },

    async restore(id, userId) {
      const conversation = own(id, userId);
      if (!conversation || (conversation.deletedAt ?? Infinity) <= now() - undoMs) return false;
      delete conversation.deletedAt;
      return true;
    },

    async queue(id, userId) {
      const conversation = visible(id, userId);
      if (!conversation) return null;
      const run = runsOf(records, id).at(-1);
      return {
        queue: conversation.queue ?? emptyQueue,
        ...(run && { run: metaOf(records, run) }),
      };
    },

    async saveQueue(id, userId, queue) {
      const conversation = visible(id, userId);
      if (!conversation) return null;
      if (conversation.queue && isDeepStrictEqual(conversation.queue, queue)) return "saved";
      if (!followsQueue(conversation, queue)) return "changed";
      conversation.queue = structuredClone(queue);
      return "saved";
    },

    async add({ id, messages, runs: added, ...fields }) {
      if (conversations.has(id) || added.some(({ runId }) => runs.has(runId))) return;
      const { userId, title, createdAt, updatedAt, choices, queue, queueVersion } = fields;
      conversations.set(id, {
        choices: decodeChoices(choices),
        fields: { id, userId, title, createdAt, updatedAt },
        messages: new Map(messages.map((each) => [each.id, each.json])),
        ...(queue !== null && { queue: decodeQueue(queue, queueVersion, id) }),
      });
      for (const run of added) runs.set(run.runId, mapRunOf(run));
    },
  };
}

/** The newest updated first. */
const byAge = (one: ListPosition, other: ListPosition): number =>
  other.updatedAt - one.updatedAt || (one.id < other.id ? 1 : one.id > other.id ? -1 : 0);
