import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { AppServer } from "../support/app-server.ts";
import { answer } from "../support/chat-chunks.ts";
import { gate } from "../support/scripted-model.ts";
import { events } from "../support/scripted-model-server.ts";
import { end, expect, test, word } from "./fixtures.ts";

/** Holds the database's write lock from another process, as a backup tool or a full disk would: nothing can be written. */
function blockWrites({ dataDir }: AppServer): () => void {
  const file = readdirSync(dataDir).find((name) => /\.(db|sqlite3?)$/.test(name));
  if (!file) throw new Error(`no database in ${dataDir}`);
  const db = new DatabaseSync(join(dataDir, file));
  db.exec("begin immediate");
  return () => {
    db.exec("rollback");
    db.close();
  };
}

test("a store that refuses at the start: nothing is sent to the model, and the text is kept", async ({
  chat,
  model,
  app,
}) => {
  const calls = model.requests.length;
  const release = blockWrites(app);
  try {
    await chat.ask("keep me");
    await expect(chat.turn).toContainText(/Not sent: the server cannot store anything/, { timeout: 20_000 });
    expect(model.requests.length).toBe(calls);
    await chat.page.reload();
    await expect(chat.composer).toHaveValue("keep me");
  } finally {
    release();
  }
  model.next(events(answer("kept")));
  await chat.send.click();
  await expect(chat.answer).toHaveText("kept");
});

test("a store that refuses in mid-answer: the page says so, and nothing that was shown disappears", async ({
  chat,
  model,
  app,
}) => {
  const [more, rest] = [gate(), gate()];
  model.next({
    steps: [
      { write: word("one ") },
      { until: more.promise },
      { write: word("two ") },
      { until: rest.promise },
      { write: word("three") + end },
    ],
  });
  await chat.ask("go");
  await expect(chat.answer).toHaveText("one");
  const release = blockWrites(app);
  try {
    more.open();
    await expect(chat.turn).toContainText(/Saving is slow/, { timeout: 20_000 });
    await expect(chat.answer).toContainText("one");
  } finally {
    release();
  }
  rest.open();
  await expect(chat.answer).toHaveText("one two three");
  await expect(chat.turn).not.toContainText(/Saving is slow/);
});
