import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import type { BrowserTab } from "#lib/client/browser-tab.ts";

type Request = (name: string, ...rest: unknown[]) => Promise<unknown>;

/** What pages of one browser share, and what each has of its own: as far as a tab needs it. */
function browser() {
  const stored = new Map<string, string>();
  const locked = new Map<string, Promise<unknown>>();
  const calls: string[] = [];
  /** Each takes its turn in the order of the requests, later than these. */
  const request: Request = async (name, ...rest) => {
    calls.push(`request ${name.slice(0, 12)}`);
    const isPolite = rest.length > 1;
    const act = rest.at(-1);
    assert.ok(typeof act === "function");
    const before = locked.get(name);
    if (isPolite && before) return act(null);
    await before;
    const done = Promise.resolve(act({})).finally(() => locked.get(name) === done && locked.delete(name));
    locked.set(name, done);
    return done;
  };
  const storageOf = (items: Map<string, string>) => {
    const methods = {
      getItem: (key: string) => items.get(key) ?? null,
      setItem(key: string, value: string) {
        calls.push(`set ${key.slice(0, 12)}`);
        items.set(key, value);
      },
      removeItem: (key: string) => void items.delete(key),
    };
    // Its keys can be listed, as those of a browser's.
    return new Proxy(methods, {
      ownKeys: () => [...items.keys()],
      getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
    });
  };
  return { stored, calls, request, localStorage: storageOf(stored), storageOf };
}

const names = ["window", "localStorage", "sessionStorage", "navigator"] as const;
const before = names.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);
let shared = browser();
let loads = 0;

beforeEach(() => {
  shared = browser();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1e12 });
});
afterEach(() => mock.timers.reset());
afterEach(() => {
  for (const [name, descriptor] of before) {
    if (descriptor) Object.defineProperty(globalThis, name, descriptor);
    else Reflect.deleteProperty(globalThis, name);
  }
});

/** A page of that tab, and what ends it. */
async function openPage(ofTab: Map<string, string>): Promise<{ tab: BrowserTab; close(): void }> {
  const onHide: (() => void)[] = [];
  const globals = {
    window: { addEventListener: (type: string, act: () => void) => type === "pagehide" && onHide.push(act) },
    localStorage: shared.localStorage,
    sessionStorage: shared.storageOf(ofTab),
    navigator: { locks: { request: shared.request } },
  };
  for (const name of names)
    Object.defineProperty(globalThis, name, { value: globals[name], configurable: true });
  loads += 1;
  // Each page has a module of its own. Cast: its address is made up.
  const { browserTab } = (await import(`../../../lib/client/browser-tab.ts?page=${loads}`)) as {
    browserTab(): BrowserTab;
  };
  return { tab: browserTab(), close: () => onHide.forEach((act) => act()) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const marks = () => [...shared.stored.keys()].filter((key) => key.startsWith("rivulet-open:"));

test("a reload keeps the id of its tab, and a duplicate of an open one gets its own", async () => {
  const ofTab = new Map<string, string>();
  const page = await openPage(ofTab);
  const copy = await openPage(new Map(ofTab));
  assert.notEqual(copy.tab.id, page.tab.id);
  page.close();
  assert.equal((await openPage(ofTab)).tab.id, page.tab.id);
});

test("a tab that is being loaded again is not closed, however often another one looks, and nothing of it is taken", async () => {
  const ofTab = new Map<string, string>();
  const [page, other] = [await openPage(ofTab), await openPage(new Map())];
  page.close();
  assert.equal(other.tab.isClosed(page.tab.id), false);
  let isTaken = false;
  const asked = other.tab.ifGone(page.tab.id, () => (isTaken = true));
  mock.timers.tick(3000);
  assert.equal(other.tab.isClosed(page.tab.id), false);
  assert.equal((await openPage(ofTab)).tab.id, page.tab.id);
  mock.timers.tick(60_000);
  await asked;
  assert.deepEqual([isTaken, other.tab.isClosed(page.tab.id)], [false, false]);
});

test("one that was closed is so once it could have been loaded again, and is waited for as long", async () => {
  const [page, other] = [await openPage(new Map()), await openPage(new Map())];
  page.close();
  let isTaken = false;
  const asked = other.tab.ifGone(page.tab.id, () => (isTaken = true));
  await turn();
  assert.equal(isTaken, false);
  mock.timers.tick(4000);
  assert.equal(other.tab.isClosed(page.tab.id), true);
  await asked;
  assert.equal(isTaken, true);
});

test("the marks of tabs that were closed long ago are forgotten; a clock that was set back keeps none", async () => {
  const first = await openPage(new Map());
  first.close();
  mock.timers.tick(4000);
  const second = await openPage(new Map());
  assert.deepEqual(marks(), [`rivulet-open:${second.tab.id}`]);
  second.close();
  mock.timers.setTime(1e11);
  const third = await openPage(new Map());
  assert.deepEqual(marks(), [`rivulet-open:${third.tab.id}`]);
  assert.equal(third.tab.isClosed(second.tab.id), true);
});

test("a page speaks for itself before it is marked as open: nobody takes it for one that has crashed", async () => {
  await openPage(new Map());
  const [first, second] = shared.calls.filter((call) => call.includes("rivulet-open"));
  assert.match(`${first}, ${second}`, /^request .*, set /);
});

test("the mark of a page that is loaded while somebody asks for the one before it stays", async () => {
  const other = await openPage(new Map());
  const mark = "rivulet-open:reloaded";
  shared.stored.set(mark, "1");
  const asked = other.tab.ifGone("reloaded", () => void shared.stored.set(mark, "2"));
  await turn();
  mock.timers.tick(500);
  await asked;
  assert.equal(shared.stored.get(mark), "2");
});

test("of a page that has crashed what it left is taken, and its mark goes", async () => {
  const other = await openPage(new Map());
  shared.stored.set("rivulet-open:crashed", "1");
  let isTaken = false;
  const asked = other.tab.ifGone("crashed", () => (isTaken = true));
  await turn();
  assert.equal(isTaken, false, "it may just be loaded again");
  mock.timers.tick(500);
  await asked;
  assert.deepEqual([isTaken, marks()], [true, [`rivulet-open:${other.tab.id}`]]);
});

test("of one that is open nothing is taken", async () => {
  const [other, page] = [await openPage(new Map()), await openPage(new Map())];
  await turn();
  let isTaken = false;
  await other.tab.ifGone(page.tab.id, () => (isTaken = true));
  assert.deepEqual([isTaken, marks().length], [false, 2]);
});

test("one that is just closing while it is asked for is looked at again", async () => {
  const [page, other] = [await openPage(new Map()), await openPage(new Map())];
  let taken = 0;
  const look = () => other.tab.ifGone(page.tab.id, () => (taken += 1));
  await look();
  mock.timers.tick(4000);
  await turn();
  assert.equal(taken, 0, "it is open");
  await look();
  page.close();
  mock.timers.tick(4000);
  await turn();
  mock.timers.tick(1499);
  await turn();
  assert.equal(taken, 0, "a page that was opened since then comes first");
  mock.timers.tick(1);
  await turn();
  assert.equal(taken, 1);
});

test("one that is loaded again just while it is asked for, before its mark says so, keeps what it has", async () => {
  const other = await openPage(new Map());
  const mark = "rivulet-open:reloaded";
  shared.stored.set(mark, "1");
  let isTaken = false;
  const asked = other.tab.ifGone("reloaded", () => (isTaken = true));
  await turn();
  shared.stored.set(mark, `closed ${Date.now()}`);
  mock.timers.tick(500);
  await asked;
  shared.stored.set(mark, "2");
  mock.timers.tick(60_000);
  await turn();
  assert.deepEqual([isTaken, shared.stored.get(mark)], [false, "2"]);
});

test("one that closes later than it was asked for leaves what it has to the next page", async () => {
  const [page, other] = [await openPage(new Map()), await openPage(new Map())];
  await turn();
  let taken = "";
  await other.tab.ifGone(page.tab.id, () => (taken += "other"));
  mock.timers.tick(1000);
  await turn();
  page.close();
  const next = await openPage(new Map());
  const asked = next.tab.ifGone(page.tab.id, () => (taken += "next"));
  mock.timers.tick(4000);
  await asked;
  assert.equal(taken, "next");
});
