import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { searchConversations } from "#lib/conversations/search-conversations.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { StorageError } from "#lib/storage/storage-error.ts";
import { createMapStore } from "../../contract/map-store/map-store.ts";
import { finished, running } from "../../contract/scenario.ts";
import { finish } from "../../support/event-builders.ts";

const userId = "me";

/** A store of conversations, each with a question and the answer to it, the newest last. */
async function storeOf(turns: readonly (readonly [question: string, answer: string])[], by = userId) {
  let time = 1_700_000_000_000;
  const storage = createMapStore(() => (time += 1000));
  for (const [text, answer] of turns) await addTurn(storage, text, answer, by);
  return storage;
}

async function addTurn(storage: Storage, text: string, answer: string, by: string): Promise<string> {
  const writer = await running(storage, { text, title: text.slice(0, 40), userId: by });
  await storage.runs.append(writer.lease, writer.say(answer), 15_000, writer.state);
  await finished(storage, writer, finish());
  return writer.run.conversationId;
}

const search = (storage: Storage, query: string, given: { exceptId?: string; limit?: number } = {}) =>
  searchConversations(storage.conversations, {
    ...{ userId, words: query.split(" "), exceptId: "", limit: 8, signal: new AbortController().signal },
    ...given,
  });

describe("a search in one's conversations", () => {
  test("finds questions and answers with all of the words, the newest first, whatever their capitals", async () => {
    const storage = await storeOf([
      ["Trains to Rome?", "The night train to ROME leaves at nine."],
      ["What is a fold?", "A function over a list."],
      ["rome again", "Nothing new."],
    ]);
    const { matches, isComplete } = await search(storage, "Ｒome");
    assert.deepEqual(
      matches.map(({ role, excerpt }) => [role, excerpt]),
      [
        ["user", "rome again"],
        ["assistant", "The night train to ROME leaves at nine."],
        ["user", "Trains to Rome?"],
      ],
    );
    assert.equal(isComplete, true);
    assert.equal((await search(storage, "rome night")).matches.length, 1);
    assert.deepEqual((await search(storage, "rome paris")).matches, []);
  });

  test("a word may stand in the title, and Chinese has no spaces", async () => {
    const storage = await storeOf([["罗马的火车几点开？", "晚上九点发车。"]]);
    assert.deepEqual(
      (await search(storage, "火车 九点")).matches.map(({ excerpt }) => excerpt),
      ["晚上九点发车。"],
    );
  });

  test("leaves out the conversation it is asked in, and everybody else's", async () => {
    const storage = await storeOf([["secret of another", "secret"]], "another");
    const here = await addTurn(storage, "my secret", "kept", userId);
    await addTurn(storage, "an older secret", "kept", userId);
    assert.deepEqual(
      (await search(storage, "secret", { exceptId: here })).matches.map(({ excerpt }) => excerpt),
      ["an older secret"],
    );
  });

  test("gives an excerpt around the word, in whole characters, and no more than is asked for", async () => {
    const storage = await storeOf([[`${"😀".repeat(500)} needle ${"x".repeat(500)}`, "needle"]]);
    const [answer, question] = (await search(storage, "needle")).matches;
    assert.equal(answer?.excerpt, "needle");
    const { excerpt = "" } = question ?? {};
    assert.ok(excerpt.startsWith("…") && excerpt.endsWith("…") && excerpt.includes("needle"));
    assert.ok(excerpt.length < 250 && excerpt.isWellFormed());
    assert.equal((await search(storage, "needle", { limit: 1 })).matches.length, 1);
  });

  test("one conversation that cannot be read hides no other; a store that is away is told", async () => {
    const storage = await storeOf([
      ["one needle", "a"],
      ["two needle", "b"],
    ]);
    const { conversations } = await storage.conversations.list(userId, { limit: 9 });
    const failing = (code: "damaged" | "unavailable"): Storage => ({
      ...storage,
      conversations: {
        ...storage.conversations,
        get: async (id, by) => {
          if (id === conversations[0]?.id) throw new StorageError(code, "no");
          return storage.conversations.get(id, by);
        },
      },
    });
    assert.deepEqual(
      (await search(failing("damaged"), "needle")).matches.map(({ excerpt }) => excerpt),
      ["one needle"],
    );
    await assert.rejects(search(failing("unavailable"), "needle"), { code: "unavailable" });
  });

  test("looks through the newest two hundred, and says so; a stop ends it", async () => {
    const storage = await storeOf(Array.from({ length: 230 }, (_, at) => [`n${at}. end`, "x"] as const));
    assert.deepEqual(await search(storage, "n3. end"), { matches: [], isComplete: false });
    assert.equal((await search(storage, "n60. end")).matches.length, 1);
    const signal = AbortSignal.abort(new Error("stopped"));
    const request = { userId, words: ["x"], exceptId: "", limit: 8, signal };
    await assert.rejects(searchConversations(storage.conversations, request), /stopped/);
  });
});
