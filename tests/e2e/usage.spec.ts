import type { Locator } from "@playwright/test";
import { startAppServer } from "../support/app-server.ts";
import { type ChatChunkJson, done, finish, sse, textChunks, usage } from "../support/chat-chunks.ts";
import { gate } from "../support/scripted-model.ts";
import { events } from "../support/scripted-model-server.ts";
import { type Chat, chatOf, expect, test } from "./fixtures.ts";

const words = (many: number): ChatChunkJson[] => textChunks("word ".repeat(many));

/** A report of cached and thought tokens too. */
const details: ChatChunkJson[] = usage(1204, 431).map((chunk) => ({
  ...chunk,
  usage: {
    prompt_tokens: 1204,
    completion_tokens: 431,
    prompt_tokens_details: { cached_tokens: 1024 },
    completion_tokens_details: { reasoning_tokens: 300 },
  },
}));

/** The figures of the newest answer; on a phone they are behind one glyph. */
async function figuresOf({ turn, page }: Chat): Promise<Locator> {
  const glyph = turn.getByRole("button", { name: "Figures" });
  const figures = turn.locator(".end .figures");
  if ((page.viewportSize()?.width ?? 0) >= 768) await expect(glyph).toBeHidden();
  else {
    await expect(figures).toBeHidden();
    const box = await glyph.boundingBox();
    await glyph.click();
    await expect(glyph).toHaveAttribute("aria-expanded", "true");
    expect(await glyph.boundingBox(), "what is pressed stays where it is").toEqual(box);
  }
  await expect(figures).toBeVisible();
  return figures;
}

test("≈ while it is written, the report when it comes: cached as its share, thoughts apart", async ({
  chat,
  model,
}) => {
  const hold = gate();
  model.next({
    steps: [
      { write: sse(words(200)) },
      { until: hold.promise },
      // As long as it takes to have a speed.
      { wait: 600 },
      { write: sse(words(1), finish(), details) + done },
    ],
  });
  await chat.ask("go");
  await expect(chat.turn.locator(".unended .figures")).toHaveText("scripted · ≈ 250 out");
  hold.open();
  await chat.finished();
  await expect(await figuresOf(chat)).toContainText(
    "scripted · 1,204 in (85% cached), 431 out (300 thinking) ·",
  );
  await expect(chat.turn.locator(".total")).toContainText("1,635 tok");
  await expect(chat.turn.locator(".facts")).toContainText("tok/s");
  await chat.page.setViewportSize({ width: 320, height: 844 });
  // The few that have parts in brackets are longer than the line.
  const broken = await chat.turn
    .locator(":is(.facts, .total) span:not(:has(span))")
    .filter({ hasNotText: "(" })
    .evaluateAll((figures) =>
      figures.flatMap((each) => {
        const tops = new Set(Array.from(each.getClientRects(), ({ top }) => Math.round(top)));
        return tops.size > 1 ? [each.textContent] : [];
      }),
    );
  expect(broken, "no line ends inside of a figure").toEqual([]);
});

// Not on the phone: the same on every screen.
test("without a report the estimate stays, and is called one (on the desktop)", async ({ chat, model }) => {
  model.next(events(sse(words(200), finish()) + done));
  await chat.ask("go");
  await chat.finished();
  await expect(await figuresOf(chat)).toContainText("≈ 250 out (estimated)");
  await expect(chat.turn.locator(".total")).not.toContainText("tok");
});

// Not on the phone: the same on every screen.
test("after a stop the usage is unknown, and nothing is estimated (on the desktop)", async ({
  chat,
  model,
}) => {
  model.next({ steps: [{ write: sse(words(200)) }, { hang: true }] });
  await chat.ask("go");
  await expect(chat.answer).toContainText("word word");
  await chat.stop.click();
  await expect(chat.turn).toContainText("Stopped by you");
  const figures = await figuresOf(chat);
  await expect(figures).toContainText("scripted · usage unknown");
  await expect(figures).not.toContainText("≈");
});

test("a model with prices: what an answer has cost, and what its conversation has, also where a part is unknown", async ({
  page,
  model,
}) => {
  const prices = { input: 2, output: 10, cachedInput: 0.5 };
  const models = JSON.stringify([{ id: "priced", baseURL: model.url, prices }]);
  const app = await startAppServer({ env: { RIVULET_MODELS: models } });
  try {
    const chat = chatOf(page, app.url);
    for (const cost of ["$0.0052", "$0.010"]) {
      model.next(events(sse(words(3), finish(), details) + done));
      await chat.ask("go");
      await chat.finished();
      const figures = await figuresOf(chat);
      await expect(chat.turn.locator(".total")).toContainText("$0.0052");
      if (cost === "$0.010") await expect(figures).toContainText(`${cost} in this conversation`);
    }
    model.next(events(sse(words(3), finish()) + done));
    await chat.ask("go");
    await chat.finished();
    await expect(await figuresOf(chat)).not.toContainText("$");
    model.next(events(sse(words(3), finish(), details) + done));
    await chat.ask("go");
    await chat.finished();
    await expect(await figuresOf(chat)).toContainText("at least $0.016 in this conversation");
  } finally {
    await app.stop();
  }
});
