import type { Page } from "@playwright/test";
import { answer } from "../support/chat-chunks.ts";
import { gate } from "../support/scripted-model.ts";
import { events } from "../support/scripted-model-server.ts";
import { chatOf, end, expect, test, word } from "./fixtures.ts";

interface Watched {
  shifts: string[];
  settled: number;
  frames: number;
  commits: number;
  first: Element | null;
}
type Watching = Window & { watched?: Watched };

const begun =
  "# Head\n\nThe first paragraph stands.\n\n```ts\nconst a = 1;\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nA second one.\n\n";

/**
 * Watches what moves, what commits and in which frame. A shift counts where a node that is settled moved by
 * itself.
 */
async function watch(page: Page): Promise<void> {
  await page.evaluate(() => {
    // What has its point beneath the words: pushed down by each new line until the page is full. Nothing else
    // may move.
    const isLive = (node: Node) => {
      const element = node instanceof Element ? node : node.parentElement;
      return Boolean(element?.closest(".unended"));
    };
    const watched: Watched = {
      shifts: [],
      settled: 0,
      frames: 0,
      commits: 0,
      first: document.querySelector("article.turn:last-of-type .prose pre"),
    };
    Object.assign(window, { watched });
    const isSettled = (node: Node | null) => {
      const element = node instanceof Element ? node : node?.parentElement;
      return Boolean(element?.closest("article.turn:not(:last-of-type), .composer, .bar, .index"));
    };
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { sources = [], value } = entry as PerformanceEntry & {
          sources?: { node: Node | null }[];
          value: number;
        };
        const moved = sources.filter(({ node }) => node && !isLive(node));
        const names = moved.map(({ node }) =>
          node instanceof Element
            ? `${node.nodeName}.${node.className}`
            : node?.parentElement?.outerHTML.slice(0, 90),
        );
        if (moved.length > 0) watched.shifts.push(`${value} ${names.join()}`);
      }
    }).observe({ type: "layout-shift" });
    // React commits in one synchronous go: mutation records are delivered once after each.
    let inFrame = 0;
    new MutationObserver((records) => {
      watched.settled += records.filter(({ target }) => isSettled(target)).length;
      inFrame += 1;
    }).observe(document.querySelector("section[aria-label=Conversation]") ?? document.body, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
    const tick = () => {
      if (inFrame > 0) watched.frames += 1;
      watched.commits = Math.max(watched.commits, inFrame);
      inFrame = 0;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
}

const seen = (page: Page): Promise<Omit<Watched, "first"> & { isSame: boolean }> =>
  page.evaluate(() => {
    const { watched } = window as Watching;
    if (!watched) throw new Error("not watched");
    const { first, ...rest } = watched;
    const now = document.querySelector("article.turn:last-of-type .prose pre");
    return { ...rest, isSame: first !== null && first === now };
  });

// Not on the phone: the same code.
test("60 deltas a second: one commit a frame, none in settled turns, nothing settled moves, blocks keep their nodes (on the desktop)", async ({
  chat,
  model,
}) => {
  model.next(events(answer("An old answer, settled.")));
  await chat.ask("old");
  await chat.finished();
  const [go, over] = [gate(), gate()];
  const words = Array.from({ length: 240 }, (_, at) => `word${at} ${at % 40 === 39 ? "\n\n" : ""}`);
  model.next({
    steps: [
      { write: word(begun) },
      { until: go.promise },
      ...words.flatMap((text) => [{ write: word(text) }, { wait: 15 }]),
      { until: over.promise },
      { write: end },
    ],
  });
  await chat.ask("new");
  await expect(chat.answer).toContainText("A second one.");
  await expect(chat.answer.locator("pre .k")).toHaveText("const");
  const box = await chat.stop.boundingBox();
  await watch(chat.page);
  go.open();
  await expect(chat.answer).toContainText("word239", { timeout: 15_000 });
  const { shifts, settled, frames, commits, isSame } = await seen(chat.page);
  console.log(`${words.length} deltas: ${frames} frames with a commit, at most ${commits} in one`);
  expect(shifts).toEqual([]);
  expect(settled).toBe(0);
  expect(commits).toBe(1);
  expect(frames).toBeGreaterThan(30);
  expect(isSame).toBe(true);
  await expect(chat.answer.locator("pre .k")).toHaveText("const");
  over.open();
  await chat.finished();
  expect(await chat.send.boundingBox()).toEqual(box);
  expect((await seen(chat.page)).shifts).toEqual([]);
});

/**
 * How long the long answer lasts, s: 120 is the promise itself, the default is what every test run has time
 * for.
 */
const longSeconds = Number(process.env.RIVULET_LONG_ANSWER_SECONDS ?? 8);

// Not on the phone: the same code.
test("a long answer of every kind of block moves nothing that stands (on the desktop)", async ({
  chat,
  model,
}) => {
  test.setTimeout((longSeconds + 60) * 1000);
  const go = gate();
  const chapters = Math.ceil((longSeconds * 60) / 62);
  const words = Array.from({ length: chapters }, (_, at) => chapter(at)).flat();
  model.next({
    steps: [
      { write: word(begun) },
      { until: go.promise },
      ...words.flatMap((text) => [{ write: word(text) }, { wait: 15 }]),
      { write: end },
    ],
  });
  await chat.ask("new");
  await expect(chat.answer.locator("pre .k").first()).toHaveText("const");
  await watch(chat.page);
  go.open();
  await expect(chat.answer).toContainText(`The end of ${chapters - 1}.`, { timeout: longSeconds * 10_000 });
  await expect(chat.send).toBeVisible();
  await expect(chat.answer.locator("pre")).toHaveCount(chapters + 1);
  const { shifts, commits } = await seen(chat.page);
  expect(shifts).toEqual([]);
  expect(commits).toBe(1);
});

/** Prose, a list, a quotation, code and a table, in 62 pieces. */
const chapter = (at: number): string[] => [
  `## Chapter ${at}\n\n`,
  ...Array.from({ length: 30 }, (_, n) => `word${n} `),
  "\n\n1. one\n",
  ...Array.from({ length: 12 }, () => "and more "),
  "\n2. two\n\n> said\n> ",
  ...Array.from({ length: 10 }, () => "again "),
  "\n\n```ts\nconst a = 1;\n",
  "const b = 2;\n",
  "```\n\n| a | b |\n",
  "|---|---|\n",
  "| 1 | 2 |\n",
  `\n\nThe end of ${at}.\n\n`,
];

// Not on the phone: the same code.
test("the watch itself can fail: a settled node that moves, and one that changes, are seen (on the desktop)", async ({
  chat,
  model,
}) => {
  for (const text of ["one", "two"]) {
    model.next(events(answer(text)));
    await chat.ask(text);
    await chat.finished();
  }
  await watch(chat.page);
  await chat.page.evaluate(async () => {
    const frame = () => new Promise((next) => requestAnimationFrame(next));
    await frame();
    const turn = document.querySelector("article.turn");
    const space = document.createElement("div");
    // The test's own element: the content policy is about styles in the page's HTML.
    space.style.height = "200px";
    turn?.before(space);
    turn?.setAttribute("data-changed", "1");
    for (let frames = 0; frames < 4; frames += 1) await frame();
  });
  await expect.poll(async () => (await seen(chat.page)).shifts.length).toBeGreaterThan(0);
  expect((await seen(chat.page)).settled).toBeGreaterThan(0);
});

test("Send and Stop are one box, on every width, and nothing scrolls sideways at 320", async ({
  chat,
  model,
}) => {
  for (const width of [1280, 768, 390, 320]) {
    await chat.page.setViewportSize({ width, height: 800 });
    const box = await chat.send.boundingBox();
    const hold = gate();
    model.next({
      steps: [{ write: word(`${begun}${"long".repeat(60)}`) }, { until: hold.promise }, { write: end }],
    });
    await chat.ask("go");
    await expect(chat.answer).toContainText("longlong");
    expect(await chat.stop.boundingBox()).toEqual(box);
    expect(
      await chat.page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      ),
    ).toBe(0);
    hold.open();
    await chat.finished();
    expect(await chat.send.boundingBox()).toEqual(box);
  }
});

// Not on the phone: tabs know no screen.
test("an answer that another tab has asked for says so there, and not here (on the desktop)", async ({
  chat,
  model,
  context,
}) => {
  const hold = gate();
  model.next({ steps: [{ write: word("one") }, { until: hold.promise }, { write: end }] });
  await chat.ask("go");
  await expect(chat.answer).toHaveText("one");
  const second = chatOf(await context.newPage(), chat.page.url());
  await second.page.goto(chat.page.url());
  await expect(second.turn).toContainText("started in another tab");
  await chat.page.reload();
  await expect(chat.answer).toHaveText("one");
  await expect(chat.turn).not.toContainText("started in another tab");
  hold.open();
  await second.finished();
  await expect(second.turn).not.toContainText("started in another tab");
});

test("a stopped answer is continued from where it stands", async ({ chat, model }) => {
  model.next({ steps: [{ write: word("one two") }, { hang: true }] });
  await chat.ask("count");
  await expect(chat.answer).toHaveText("one two");
  await chat.stop.click();
  model.next(events(answer(" three four")));
  await chat.turn.getByRole("button", { name: "Go on from here" }).click();
  await expect(chat.turn).toContainText("three four");
  await expect(chat.turn).toContainText("one two");
  await chat.finished();
  await expect(chat.page.locator("article.turn")).toHaveCount(1);
});

// Not on the phone: a double click is the desktop's.
test("what is selected in live text, a live code block and a settled one stays selected while the answer grows (on the desktop)", async ({
  chat,
  model,
}) => {
  const selected = () => chat.page.evaluate(() => String(document.getSelection()).trim());
  for (const [text, more] of [
    ["alpha beta gamma", " and more"],
    ["```ts\nconst beta = 1;", "\nlet more"],
    ["alpha beta gamma\n\nthe end", " and more"],
  ] as const) {
    const [go, over] = [gate(), gate()];
    model.next({
      steps: [
        { write: word(text) },
        { until: go.promise },
        ...more.split("").flatMap((each) => [{ write: word(each) }, { wait: 15 }]),
        { until: over.promise },
        { write: end },
      ],
    });
    await chat.ask("go");
    await expect(chat.answer).toContainText(text.slice(-7));
    await selectWord(chat.page, "beta");
    expect(await selected()).toBe("beta");
    go.open();
    await expect(chat.answer).toContainText("more");
    expect(await selected()).toBe("beta");
    over.open();
    await chat.finished();
    expect(await selected()).toBe("beta");
  }
});

/** A double click on the last point of the word. */
async function selectWord(page: Page, what: string): Promise<void> {
  const point = await page.evaluate((wanted) => {
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    let found: DOMRect | undefined;
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      const at = node.nodeValue?.lastIndexOf(wanted) ?? -1;
      if (at < 0) continue;
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + wanted.length);
      found = range.getBoundingClientRect();
    }
    return found && { x: found.x + found.width / 2, y: found.y + found.height / 2 };
  }, what);
  if (!point) throw new Error(`no ${what} on the page`);
  await page.mouse.dblclick(point.x, point.y);
}
