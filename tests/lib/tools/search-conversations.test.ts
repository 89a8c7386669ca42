import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type ConversationSearch,
  createSearchTool,
  type FoundConversations,
} from "#lib/tools/search-conversations.ts";
import { callTool } from "../../support/call-tool.ts";

function openSearch(found: FoundConversations) {
  const searches: ConversationSearch[] = [];
  const tool = createSearchTool(async (search) => {
    searches.push(search);
    return found;
  });
  return { tool, searches };
}

const match = { conversationId: "c1", title: "Trip", role: "user", at: 0, excerpt: "to Rome" } as const;

describe("search_conversations", () => {
  test("looks for all words in the person's other conversations", async () => {
    const { tool, searches } = openSearch({ matches: [match], isComplete: true });
    const { signal } = new AbortController();
    const context = { userId: "me", conversationId: "now", signal };
    assert.deepEqual(await callTool(tool, { query: " rome  Trip " }, context), {
      matches: [
        {
          conversationId: "c1",
          title: "Trip",
          role: "user",
          excerpt: "to Rome",
          time: "1970-01-01T00:00:00.000Z",
        },
      ],
    });
    assert.deepEqual(searches, [
      { userId: "me", words: ["rome", "Trip"], exceptId: "now", limit: 8, signal },
    ]);
    assert.deepEqual([tool.effect, tool.isPrivate], ["read", true]);
  });

  test("says that older conversations were not looked at", async () => {
    const { tool } = openSearch({ matches: [], isComplete: false });
    assert.deepEqual(await callTool(tool, { query: "x", limit: 20 }), {
      matches: [],
      note: "only the newest conversations were searched",
    });
  });

  test("refuses a query of nothing, of too much, and arguments of others", async () => {
    const { tool } = openSearch({ matches: [], isComplete: true });
    await assert.rejects(callTool(tool, { query: "  " }), /query is empty/);
    await assert.rejects(callTool(tool, { query: "a ".repeat(13) }), /more than 12 words/);
    for (const input of [
      {},
      { query: 1 },
      { query: "x".repeat(201) },
      { query: "x", limit: 0 },
      { query: "x", userId: "u" },
    ])
      assert.equal(tool.parse(input).type, "invalid");
  });
});
