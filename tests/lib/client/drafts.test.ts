import assert from "node:assert/strict";
import { test } from "node:test";
import { createDrafts, type Drafts } from "#lib/client/drafts.ts";
import { joinDrafts } from "#lib/client/join-drafts.ts";

/** A browser with its tabs: what each finds stored, which are open, which have crashed. */
function browser() {
  const items: Record<string, string> = {};
  let isFull = false;
  const methods = {
    getItem: (key: string) => items[key] ?? null,
    setItem(key: string, value: string) {
      if (isFull) throw new Error("full");
      items[key] = value;
    },
    removeItem: (key: string) => void delete items[key],
  };
  // Listed by its keys, as a browser's own: in an order that is not that of writing.
  const storage = new Proxy(items, {
    ownKeys: () => Object.keys(items).sort().reverse(),
    get: (_, name) => methods[name as keyof typeof methods], // The names that drafts use.
  }) as unknown as Storage; // Of which they use no more.
  const open = new Set<string>();
  const crashed = new Set<string>();
  const known = new Set<string>();
  /** The runs whose messages wait in the tab of the page. */
  const queued = new Set<string>();
  let beforeGone = async () => {};
  return {
    items,
    /** What happens between the question whether a tab is closed and the one whether it is gone. */
    meanwhile: (act: () => void) => void (beforeGone = async () => act()),
    /** The runs that the server has. */
    known,
    queued,
    fill: (full: boolean) => void (isFull = full),
    /** A page in the tab: the first, or the next after a reload. */
    page(id: string, hasRun = async (runId: string) => known.has(runId)) {
      open.add(id);
      crashed.delete(id);
      return createDrafts(
        () => storage,
        () => ({
          id,
          isClosed: (tabId) => !open.has(tabId) && !crashed.has(tabId),
          async ifGone(tabId, take) {
            await beforeGone();
            if (open.has(tabId)) return;
            crashed.delete(tabId);
            take();
          },
        }),
        hasRun,
        (_, runId) => queued.has(runId),
      );
    },
    close: (id: string) => void open.delete(id),
    crash: (id: string) => void (open.delete(id) && crashed.add(id)),
  };
}

/** What a page finds for its field: the draft, and before it what was not sent. */
async function found(drafts: Drafts, id: string): Promise<string> {
  let text = drafts.read(id);
  await drafts.recover(id, (unsent) => {
    text = joinDrafts([unsent, text]);
    drafts.write(id, text);
    return true;
  });
  return text;
}

test("messages that were being sent stand before the draft once, in their order, on the next page only", async () => {
  const { page } = browser();
  const drafts = page("a");
  drafts.sending("c", "r1", "sent");
  drafts.sending("c", "r2", "sent too");
  drafts.write("c", "typed since");
  assert.equal(await found(drafts, "c"), "typed since");
  const next = page("a");
  assert.equal(await found(next, "c"), "sent\n\nsent too\n\ntyped since");
  assert.equal(await found(next, "c"), "sent\n\nsent too\n\ntyped since");
  assert.equal(await found(page("a"), "c"), "sent\n\nsent too\n\ntyped since");
});

test("many messages come in the order in which they were written, after reloads and in another tab too", async () => {
  const { page, queued, close, items } = browser();
  const runs = Array.from({ length: 12 }, (_, at) => `${(at * 7) % 12}-run`);
  const first = page("a");
  for (const run of runs.slice(0, 5)) first.sending("c", run, `text of ${run}`);
  for (const run of runs) queued.add(run);
  const second = page("a");
  // What waits is stored anew by each page.
  for (const run of runs) second.sending("c", run, `text of ${run}`);
  assert.equal(Object.keys(items).length, runs.length);
  queued.clear();
  close("a");
  const wanted = runs.map((run) => `text of ${run}`).join("\n\n");
  assert.equal(await found(page("b"), "c"), wanted);
});

for (const id of ["new", "c"])
  test(`a message whose answer was missed by a reload is not written again where the server has it (${id})`, async () => {
    const { page, known, items } = browser();
    const drafts = page("a");
    drafts.write("b", "carried");
    drafts.carry("b", "");
    drafts.write("new", "");
    drafts.sending(id, "r1", "arrived");
    drafts.sending(id, "r2", "lost");
    drafts.write(id, "typed since");
    known.add("r1");
    assert.equal(await found(page("a"), id), "lost\n\ntyped since");
    assert.equal(
      Object.keys(items).some((key) => key.startsWith("rivulet-carried")),
      id !== "new",
    );
  });

test("a message that waits in its tab to be asked is not written there again; once that tab is closed, in another one", async () => {
  const { page, queued, close } = browser();
  page("a").sending("c", "r1", "waits");
  queued.add("r1");
  assert.equal(await found(page("a"), "c"), "");
  queued.clear();
  close("a");
  assert.equal(await found(page("b"), "c"), "waits");
});

test("what a page could not show any more is there for the next one", async () => {
  const { page } = browser();
  page("a").sending("c", "r", "sent");
  await page("a").recover("c", () => false);
  assert.equal(await found(page("a"), "c"), "sent");
});

test("a server that cannot be asked costs no text", async () => {
  const { page } = browser();
  page("a").sending("c", "r", "sent");
  assert.equal(
    await found(
      page("a", () => Promise.reject(new Error("away"))),
      "c",
    ),
    "sent",
  );
});

test("a message goes once the server has that one: not for another's sake, of this tab or of another", async () => {
  const { page } = browser();
  const [one, two] = [page("a"), page("b")];
  one.sending("c", "r1", "first");
  one.sending("c", "r2", "second");
  two.sending("c", "r3", "third");
  one.sent("r1");
  two.sent("r1");
  assert.equal(await found(page("a"), "c"), "second");
  assert.equal(await found(page("b"), "c"), "third");
  two.sent("r3");
  assert.equal(await found(page("b"), "c"), "third", "is in the field since the reload");
});

for (const id of ["new", "c"]) {
  test(`tabs neither overwrite nor delete each other's drafts (${id})`, () => {
    const { page } = browser();
    const [one, two] = [page("a"), page("b")];
    one.write(id, "of one");
    two.write(id, "of two");
    assert.equal(page("a").read(id), "of one");
    assert.equal(page("b").read(id), "of two");
    one.write(id, "");
    one.sending(id, "r", "of one");
    one.sent("r");
    assert.equal(page("a").read(id), "");
    assert.equal(page("b").read(id), "of two");
    assert.equal(page("c").read(id), "", "both tabs are open");
  });

  test(`what closed and crashed tabs left is moved to the next one without a draft, once (${id})`, async () => {
    const { page, close, crash } = browser();
    page("a").write(id, "closed");
    const two = page("b");
    two.write(id, "crashed");
    two.sending(id, "r", "on its way");
    const writing = page("d");
    writing.write(id, "being written");
    close("a");
    crash("b");
    assert.equal(page("d").read(id), "being written");
    const next = page("e");
    assert.equal(next.read(id), "closed");
    await next.adopt(id, () => false);
    assert.equal(next.read(id), "closed", "it was not taken");
    const last = page("f");
    assert.equal(await found(last, id), "on its way\n\ncrashed", "whoever finds it dead has freed it");
    assert.equal(await found(page("g"), id), "");
  });
}

test("what a tab leaves that is closed while the next one opens is taken too", async () => {
  const { page, close, meanwhile } = browser();
  page("a").write("c", "left");
  const next = page("b");
  assert.equal(next.read("c"), "");
  meanwhile(() => close("a"));
  const taken: string[] = [];
  await next.adopt("c", (text) => taken.push(text) > 0);
  assert.deepEqual(taken, ["left"]);
});

test("a draft of an older build is found, with what it was sending", () => {
  const { items, page } = browser();
  items["rivulet-draft:c"] = "draft";
  items["rivulet-sending:c"] = "sending";
  assert.equal(page("a").read("c"), "sending\n\ndraft");
  assert.equal(page("b").read("c"), "");
});

test("what crashed is taken whole, with its pasted texts behind the words", async () => {
  const { page, crash } = browser();
  page("a").write("c", "words\u001epasted");
  const two = page("b");
  two.write("c", "more\u001emore pasted");
  crash("a");
  crash("b");
  const next = page("d");
  let field = next.read("c");
  assert.equal(field, "");
  const taken: string[] = [];
  await next.adopt("c", (text) => taken.push(text) > 0);
  // Of two tabs, either may be the first.
  field = taken.sort().join("|");
  assert.equal(field, "more\u001emore pasted|words\u001epasted");
  next.write("c", "words\u001epasted");
  next.write("d", "more\u001emore pasted");
  next.move("d", "c");
  assert.equal(next.read("c"), "words\n\nmore\u001epasted\u001emore pasted");
});

test("a conversation that is gone: its draft goes along, behind what waits there, and back if it is restored", () => {
  const cases: [before: string, after: (carried: string) => string, back: string, left: string][] = [
    ["", (carried) => carried, "unsent\n\ndraft", ""],
    ["waiting", (carried) => carried, "unsent\n\ndraft", "waiting"],
    ["", (carried) => `${carried} and more`, "unsent\n\ndraft and more", ""],
    ["", () => "another text", "unsent\n\ndraft", "another text"],
    ["unsent", (carried) => carried, "unsent\n\ndraft", "unsent"],
    ["unsent", (carried) => `${carried} and more`, "unsent\n\ndraft and more", "unsent"],
    ["", (carried) => `${carried}\n\nof another`, "unsent\n\ndraft", "of another"],
    ["waiting", (carried) => `${carried}\n\nof another`, "unsent\n\ndraft", "waiting\n\nof another"],
    ["", (carried) => `${carried}\u001epasted`, "unsent\n\ndraft", "\u001epasted"],
  ];
  for (const [before, after, back, left] of cases) {
    const { page } = browser();
    const drafts = page("a");
    drafts.write("new", before);
    drafts.write("c", "draft");
    assert.equal(drafts.carry("c", "unsent"), true);
    const carried = drafts.read("new");
    assert.equal(carried, [before, "unsent", "draft"].filter(Boolean).join("\n\n"));
    assert.equal(page("a").read("new"), carried, "also after a reload");
    drafts.write("new", after(carried));
    assert.equal(drafts.read("c"), back);
    assert.equal(drafts.read("new"), left);
    assert.equal(drafts.read("c"), back, "once");
  }
});

test("what a tab had to send in a conversation that is gone goes along, also what waits there to be asked, and is there again", () => {
  const { page, queued } = browser();
  const drafts = page("a");
  for (const runId of ["r1", "r2"]) queued.add(runId);
  drafts.sending("c", "r1", "second");
  page("b").sending("c", "r2", "of another tab");
  drafts.write("c", "half a thought");
  assert.equal(drafts.carry("c", ""), true);
  drafts.sent("r1");
  assert.equal(page("a").read("new"), "second\n\nhalf a thought");
  assert.equal(drafts.read("c"), "second\n\nhalf a thought");
  assert.equal(drafts.read("new"), "");
});

test("of two conversations that are gone and restored each has its own draft back, with its pasted texts", () => {
  const { page } = browser();
  const drafts = page("a");
  const texts = { b: "of b\u001epasted in b", c: "\u001epasted in c", d: "of d", new: "new\u001epasted" };
  for (const [id, text] of Object.entries(texts)) drafts.write(id, text);
  for (const id of ["b", "c", "d"]) drafts.carry(id, "");
  for (const [id, text] of Object.entries(texts)) assert.equal(drafts.read(id), text);
});

test("what was carried and has been sent stays away; where nothing was written nothing goes along", () => {
  const { items, page } = browser();
  const drafts = page("a");
  assert.equal(drafts.carry("c", ""), false);
  drafts.write("c", "draft");
  drafts.carry("c", "");
  drafts.write("new", "");
  drafts.sending("new", "r", "draft");
  drafts.sent("r");
  assert.equal(drafts.read("c"), "");
  assert.deepEqual(items, {});
});

test("a browser that is full keeps the newest text as long as the page lives, and stores it once there is room", () => {
  const { page, items, fill } = browser();
  const drafts = page("a");
  drafts.write("c", "short");
  fill(true);
  drafts.write("c", "short, and longer");
  assert.deepEqual([drafts.read("c"), drafts.isStored], ["short, and longer", false]);
  fill(false);
  drafts.write("c", "longer still");
  assert.equal(page("a").read("c"), "longer still");
  drafts.write("c", "");
  assert.deepEqual(items, {});
});

test("deleting them deletes those of every tab", () => {
  const { items, page } = browser();
  page("a").write("c", "one");
  page("b").write("new", "two");
  page("b").sending("c", "r", "three");
  const drafts = page("c");
  drafts.write("c", "four");
  drafts.carry("c", "");
  drafts.forget();
  assert.deepEqual(Object.keys(items), ["rivulet-forgotten"]);
});

test("what another page has had forgotten is stored by no page again: not what is typed, sent, or carried along", () => {
  const keeps: Record<string, (drafts: Drafts) => unknown> = {
    told: (drafts) => drafts.heed(),
    typed: (drafts) => drafts.write("c", "half a thought, and"),
    sent: (drafts) => drafts.sending("c", "r2", "a message"),
    carried: (drafts) => drafts.carry("c", "not sent"),
  };
  for (const [how, keep] of Object.entries(keeps)) {
    const { items, page } = browser();
    const drafts = page("b");
    let cleared = 0;
    const unsubscribe = drafts.onForgotten(() => (cleared += 1));
    drafts.heed();
    drafts.write("c", "half a thought");
    drafts.sending("c", "r1", "on its way");
    assert.equal(drafts.heed(), false);
    page("a").forget();
    // It learns of it while it goes on: before the event, in another process, has come.
    keep(drafts);
    assert.deepEqual([Object.keys(items), cleared, drafts.read("new")], [["rivulet-forgotten"], 1, ""], how);
    // What is written since then is somebody's again, and is no other page's to forget.
    drafts.write("new", "a new one");
    page("d").write("c", "of another tab");
    assert.equal(drafts.heed(), false);
    assert.deepEqual([page("b").read("new"), page("d").read("c")], ["a new one", "of another tab"]);
    unsubscribe();
    page("a").forget();
    assert.deepEqual([drafts.heed(), cleared], [true, 1]);
  }
});

test("a page that slept while all was forgotten takes nothing from those that were opened since, nor from a cleared browser", () => {
  const { items, page, fill } = browser();
  const sleeping = page("a");
  sleeping.heed();
  // Also what the page had to keep in memory.
  for (const isFull of [false, true]) {
    fill(isFull);
    sleeping.write("c", "of before");
  }
  fill(false);
  page("b").forget();
  page("d").write("c", "of since then");
  assert.deepEqual([sleeping.heed(), sleeping.read("c")], [true, ""]);
  assert.equal(page("d").read("c"), "of since then");
  sleeping.write("c", "anew");
  // By hand: a cookie that is lost with it costs no draft (R41).
  for (const key of Object.keys(items)) delete items[key];
  assert.equal(sleeping.heed(), false);
  sleeping.write("c", "anew and more");
  assert.equal(page("a").read("c"), "anew and more");
});

test("a browser that keeps nothing costs the drafts of the next page only", () => {
  const drafts = createDrafts(
    () => {
      throw new Error("refused");
    },
    () => ({ id: "a", isClosed: () => true, ifGone: () => Promise.resolve() }),
    () => Promise.resolve(false),
    () => false,
  );
  drafts.write("c", "typed");
  assert.equal(drafts.read("c"), "typed");
  assert.equal(drafts.carry("c", ""), true);
  assert.equal(drafts.read("new"), "typed");
  assert.equal(drafts.isStored, false);
});
