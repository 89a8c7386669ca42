import type { Page } from "@playwright/test";
import { median } from "../bench/part.ts";
import { cpuMs } from "../bench/process-cost.ts";
import { gate } from "../support/scripted-model.ts";
import type { RecordedRequest, ScriptedModelServer } from "../support/scripted-model-server.ts";
import { waitUntil } from "../support/wait-until.ts";
import { type Chat, end, expect, test, word } from "./fixtures.ts";

/*
 * Long objects, 200 deltas a second, through the whole product: what they cost the server and the page, from
 * the first to the last. RIVULET_OBJECT_KB=100 sends 100 kB a shape, and holds them to what a quiet machine
 * can keep: compared with a text of the same length on the same page.
 */

const kilobytes = Number(process.env["RIVULET_OBJECT_KB"] ?? 4);
const isMeasured = process.env["RIVULET_OBJECT_KB"] !== undefined;
const deltaLength = 20;
const deltaMs = 5;

const row = { what: { type: "string" }, grams: { type: "integer" }, kind: { enum: ["dry", "fresh"] } };
const group = { title: { type: "string" }, note: { type: "string" }, tags: list({ type: "string" }) };
const paragraph = "Boil it, and wait until the onions are soft: 一段文字，慢慢写出来。".repeat(4);

interface Shape {
  name: string;
  property: object;
  /** Of which so many make the length. */
  unit(at: number): unknown;
  join(units: readonly unknown[]): unknown;
}

const shapes: readonly Shape[] = [
  {
    name: "a table",
    property: list({ type: "object", properties: row, required: ["what"] }),
    unit: (at) => ({ what: `第 ${at} 项 Rice`, grams: at, kind: "dry" }),
    join: (units) => units,
  },
  {
    name: "a list of groups",
    property: list({ type: "object", properties: group }),
    unit: (at) => ({ title: `第 ${at} 项`, note: 'line one\nline "two"', tags: ["a", "中文"] }),
    join: (units) => units,
  },
  {
    name: "one long text",
    property: { type: "string", maxLength: 1_000_000 },
    unit: () => paragraph,
    join: (units) => units.join("\n\n"),
  },
];

function list(items: object) {
  return { type: "array", items };
}

function valueOf({ unit, join }: Shape): object {
  const units: unknown[] = [];
  for (let length = 0; length < kilobytes * 1000; length += JSON.stringify(units.at(-1)).length)
    units.push(unit(units.length));
  return { value: join(units) };
}

const inDeltas = (text: string): string[] =>
  Array.from({ length: Math.ceil(text.length / deltaLength) }, (_, at) =>
    text.slice(at * deltaLength, (at + 1) * deltaLength),
  );

/** What comes of the deltas is measured, not what comes with the end. */
function scriptOf(text: string) {
  const over = gate();
  const deltas = inDeltas(text).flatMap((delta) => [{ write: word(delta) }, { wait: deltaMs }]);
  return {
    steps: [...deltas, { until: over.promise }, { write: end }],
    bytes: deltas.reduce((sum, step) => sum + ("write" in step ? Buffer.byteLength(step.write) : 0), 0),
    finish: over.open,
  };
}

interface PageCost {
  dropped: number;
  /** Of the tasks that took more than 50 ms; 0: there was none. */
  longTaskMs: number;
  /** In one frame, at most. */
  commits: number;
  /** In a second, of the card, at most. */
  changes: number;
}

/** Counts from now on what the page fails to do in time. */
async function watchPage(page: Page): Promise<() => Promise<PageCost>> {
  await page.evaluate(() => {
    const cost = { dropped: 0, longTaskMs: 0, commits: 0, changes: 0 };
    let inFrame = 0;
    const changedAt: number[] = [];
    let before = performance.now();
    const onFrame = (now: number) => {
      cost.dropped += Math.max(0, Math.round((now - before) / (1000 / 60)) - 1);
      cost.commits = Math.max(cost.commits, inFrame);
      before = now;
      inFrame = 0;
      if (Reflect.get(window, "cost") === cost) requestAnimationFrame(onFrame);
    };
    new PerformanceObserver((entries) => {
      for (const { duration } of entries.getEntries()) cost.longTaskMs = Math.max(cost.longTaskMs, duration);
    }).observe({ type: "longtask" });
    new MutationObserver((records) => {
      inFrame += 1;
      const isOfCard = records.some(({ target }) => {
        const element = target instanceof Element ? target : target.parentElement;
        return element?.closest(".card dl");
      });
      if (!isOfCard) return;
      const now = performance.now();
      changedAt.push(now);
      while (now - (changedAt[0] ?? now) > 1000) changedAt.shift();
      cost.changes = Math.max(cost.changes, changedAt.length);
    }).observe(document.querySelector("section[aria-label=Conversation]") ?? document.body, {
      ...{ subtree: true, childList: true, characterData: true },
    });
    Reflect.set(window, "cost", cost);
    requestAnimationFrame(onFrame);
  });
  return () =>
    page.evaluate(() => {
      const cost = Reflect.get(window, "cost") as PageCost;
      Reflect.set(window, "cost", undefined);
      return cost;
    });
}

/** What the page's main thread does from now on, s. */
async function watchThread(page: Page): Promise<() => Promise<string>> {
  const session = await page.context().newCDPSession(page);
  const read = async (): Promise<Map<string, number>> => {
    const { metrics } = await session.send("Performance.getMetrics");
    return new Map(metrics.map(({ name, value }) => [name, value]));
  };
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const before = await read();
  return async () => {
    const now = await read();
    await session.detach();
    return ["Task", "Script", "RecalcStyle", "Layout"]
      .map((what) => [what, `${what}Duration`] as const)
      .map(([what, name]) => `${what} ${((now.get(name) ?? 0) - (before.get(name) ?? 0)).toFixed(2)}`)
      .join(", ");
  };
}

/** What each tenth of an answer costs the server, ms of the processor. */
async function tenths(pid: number, request: RecordedRequest, length: number): Promise<number[]> {
  const marks: number[] = [cpuMs([pid])];
  for (let at = 1; at <= 10; at += 1) {
    const share = (at / 10) * length;
    await waitUntil(`tenth ${at}`, () => request.bytesSent >= share, 60_000);
    marks.push(cpuMs([pid]));
  }
  return marks.slice(1).map((mark, at) => mark - (marks[at] ?? 0));
}

/** Asks, and measures page and server until the answer is over. */
async function measure(chat: Chat, model: ScriptedModelServer, pid: number, ask: string, text: string) {
  const script = scriptOf(text);
  const before = model.requests.length;
  model.next(script);
  await chat.ask(ask);
  await expect.poll(() => model.requests.length).toBe(before + 1);
  await expect(chat.turn.locator(".card, .prose")).toBeVisible();
  const request = model.requests[before];
  if (!request) throw new Error("the model was not asked");
  const seen = await watchPage(chat.page);
  const spentFrom = await watchThread(chat.page);
  const cpu = await tenths(pid, request, script.bytes);
  const page = await seen();
  const spent = await spentFrom();
  script.finish();
  await expect(chat.send).toBeVisible({ timeout: 60_000 });
  return { page, cpu, spent };
}

// Not on the phone: the same code.
test("long objects at 200 deltas a second: 20 values a second on screen, one commit a frame, and the last one is whole (on the desktop)", async ({
  chat,
  model,
  app,
}) => {
  test.setTimeout(isMeasured ? 600_000 : 60_000);
  const { page } = chat;
  const text = `${paragraph}\n\n`.repeat(Math.ceil((kilobytes * 1000) / paragraph.length));
  const plain = await measure(chat, model, app.pid, "a text", text);
  report("plain text", plain);
  for (const shape of shapes) {
    if (!isMeasured && shape.name === "a list of groups") continue;
    const value = valueOf(shape);
    const schema = { type: "object", properties: { value: shape.property }, required: ["value"] };
    await page.goto(app.url);
    await page.locator(".agent-menu > button").click();
    await page.locator(".agent-menu .popover").getByText("form", { exact: true }).click();
    const cost = await measure(chat, model, app.pid, JSON.stringify(schema), JSON.stringify(value));
    report(shape.name, cost);
    expect(cost.page.changes).toBeLessThanOrEqual(21);
    expect(cost.page.commits).toBe(1);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Copy JSON" }).click();
    expect(JSON.parse(await page.evaluate(() => navigator.clipboard.readText()))).toEqual(value);
    if (!isMeasured) continue;
    expect.soft(cost.page.longTaskMs, shape.name).toBe(0);
    expect.soft(cost.page.dropped, shape.name).toBeLessThanOrEqual(plain.page.dropped * 1.2 + 3);
    expect
      .soft(median(cost.cpu.slice(7)), shape.name)
      .toBeLessThanOrEqual(median(cost.cpu.slice(0, 3)) * 1.2);
  }
});

function report(name: string, { page, cpu, spent }: { page: PageCost; cpu: number[]; spent: string }): void {
  const { dropped, longTaskMs, changes, commits } = page;
  console.log(
    `${name}: ${dropped} frames dropped, longest task ${longTaskMs} ms, at most ${changes} changes a second, ` +
      `${commits} commits a frame; page, s: ${spent}; server, ms a tenth: ${cpu.join(" ")}`,
  );
}
