import assert from "node:assert/strict";
import { after, test } from "node:test";
import { type ChatStore, createChatStore } from "#lib/client/chat-store.ts";
import { clientEnvironment, type TestEnvironment } from "../../support/client-environment.ts";
import { listOf, summary } from "../../support/list-situations.ts";
import { waitUntil } from "../../support/wait-until.ts";

interface Browser {
  chat: ChatStore;
  environment: TestEnvironment;
  requests: string[];
  storage: Map<string, string>;
  /** Whether changes are refused from now on. */
  server: { refuses: boolean; list: ReturnType<typeof listOf> };
}

const opened: ChatStore[] = [];
after(() => opened.forEach((chat) => chat.close()));

/** The chat of a browser, over a server that only has a list. */
function openChat(storage = new Map<string, string>()): Browser {
  const requests: string[] = [];
  const server = { refuses: false, list: listOf([summary("a", 1), summary("b", 2)]) };
  const environment = clientEnvironment(async (url, { method = "GET" } = {}) => {
    requests.push(`${method} ${url}`);
    if (method !== "GET" && server.refuses) throw new TypeError("no network");
    return Response.json(method === "GET" ? server.list : {});
  });
  const chat = createChatStore({
    environment,
    list: server.list,
    first: { id: "new", view: null },
    storage: () => storageOf(storage),
  });
  chat.open();
  opened.push(chat);
  return { chat, environment, requests, storage, server };
}

const storageOf = (items: Map<string, string>): Storage => ({
  length: items.size,
  key: () => null,
  clear: () => items.clear(),
  getItem: (key) => items.get(key) ?? null,
  setItem: (key, value) => void items.set(key, value),
  removeItem: (key) => void items.delete(key),
});

const titles = ({ chat }: Browser) => chat.getState().conversations.map(({ title }) => title);

test("a new title is shown at once, sent, and read again", async () => {
  const browser = openChat();
  browser.chat.rename("a", "new");
  assert.deepEqual(titles(browser), ["new", "title of b"]);
  browser.server.list = listOf([{ ...summary("a", 1), title: "new" }, summary("b", 2)]);
  await waitUntil("the list was read", () => browser.requests.length === 2);
  assert.deepEqual(browser.requests, ["PATCH /api/conversations/a", "GET /api/conversations"]);
  assert.deepEqual(titles(browser), ["new", "title of b"]);
});

test("a change that the server does not make is undone and reported", async () => {
  const browser = openChat();
  browser.server.refuses = true;
  browser.chat.remove("b");
  assert.deepEqual(titles(browser), ["title of a"]);
  await waitUntil("it was refused", () => browser.chat.getState().failed !== undefined);
  assert.deepEqual(browser.chat.getState().failed, { what: "remove", id: "b" });
  assert.deepEqual(titles(browser), ["title of a", "title of b"]);
});

test("a deletion can be undone after a reload", async () => {
  const first = openChat();
  first.chat.remove("b");
  const second = openChat(first.storage);
  assert.deepEqual(titles(second), ["title of a"]);
  second.chat.restore("b");
  await waitUntil("it is restored", () => titles(second).length === 2);
  assert.deepEqual(second.requests, ["POST /api/conversations/b/restore", "GET /api/conversations"]);
  assert.equal(first.storage.size, 0);
});

test("the new conversation is the same until something is asked in it", () => {
  const { chat } = openChat();
  assert.equal(chat.newConversation(), "new");
  chat.conversation("new").send("a question");
  const next = chat.newConversation();
  assert.notEqual(next, "new");
  assert.equal(chat.newConversation(), next);
  assert.equal(chat.newId(), next);
});

test("what could not be sent for lack of a network is sent when there is one, shown or not", async () => {
  const { chat, environment, requests, server } = openChat();
  server.refuses = true;
  const live = chat.conversation("new");
  live.send("a question");
  await waitUntil("it is not sent", () => live.getState().turns[0]?.pending?.state === "not-sent");
  const before = requests.filter((request) => request.startsWith("POST")).length;
  environment.changePresence("online");
  await waitUntil(
    "it is sent again",
    () => requests.filter((each) => each.startsWith("POST")).length > before,
  );
});
