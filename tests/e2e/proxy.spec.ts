import type { Page } from "@playwright/test";
import { type Holding, startHoldingProxy } from "../support/holding-proxy.ts";
import { nginxMissing, startNginx } from "../support/nginx.ts";
import { gate } from "../support/scripted-model.ts";
import { chatOf, end, expect, test, watchFaults, word } from "./fixtures.ts";

test.skip(({ isMobile }) => isMobile, "lines know no screen");

interface Between {
  url: string;
  close(): Promise<void>;
}

const ignored = "proxy_ignore_headers X-Accel-Buffering;";
const gzip = "gzip on; gzip_types *; gzip_proxied any; gzip_http_version 1.0; gzip_min_length 1;";

const throughNginx =
  (lines: string) =>
  async (port: number): Promise<Between> => {
    const nginx = await startNginx(
      `location / { proxy_pass http://127.0.0.1:${port}; proxy_set_header Host $http_host; ${lines} }`,
    );
    return { url: `http://127.0.0.1:${nginx.port}`, close: nginx.close };
  };
const throughHolding = (how: Holding) => (port: number) =>
  startHoldingProxy({ port }, { how, held: ["GET", "POST"] });

interface Way {
  name: string;
  start(port: number): Promise<Between>;
  /** Streams are held back. */
  holds: boolean;
}

const nginxWays: Way[] = [
  { name: "nginx as it is", start: throughNginx("proxy_buffering on;"), holds: false },
  {
    name: "an nginx that buffers whatever it is told, over HTTP/1.0",
    start: throughNginx(`proxy_buffering on; proxy_http_version 1.0; ${ignored}`),
    holds: true,
  },
  {
    name: "an nginx that buffers and compresses, over HTTP/1.0",
    start: throughNginx(`proxy_buffering on; proxy_http_version 1.0; ${gzip} ${ignored}`),
    holds: true,
  },
  {
    name: "an nginx that buffers and compresses, over HTTP/1.1",
    start: throughNginx(
      `proxy_buffering on; proxy_http_version 1.1; proxy_set_header Connection ""; ${gzip} ${ignored}`,
    ),
    holds: true,
  },
];
const holdingWays: Way[] = (["whole", "pings", "gateway"] as const).map((how) => ({
  name: `a proxy that holds streams back (${how})`,
  start: throughHolding(how),
  holds: true,
}));

const quiet = "Something on the way to the server holds the text back";

/** Every word of the page that would be false behind a proxy that only holds streams back. */
async function watchWords(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const shown = new Set<string>();
    Object.assign(globalThis, { shownWords: shown });
    new MutationObserver(() => {
      const text = document.querySelector("main")?.textContent ?? "";
      for (const [words] of text.matchAll(/Not sent[^.]*|not sent|Connection lost|Reconnected|was lost/g))
        shown.add(words);
    }).observe(document, { subtree: true, childList: true, characterData: true });
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the script above has set it
  return () => page.evaluate(() => [...(globalThis as unknown as { shownWords: Set<string> }).shownWords]);
}

for (const { name, start, holds } of [...nginxWays, ...holdingWays])
  test(`${name}: ask, stop, continue, reload: the text comes, and nothing false is said`, async ({
    page,
    app,
    model,
  }) => {
    test.skip(name.includes("nginx") && nginxMissing !== false, "nginx is not installed");
    test.setTimeout(90_000);
    const between = await start(Number(new URL(app.url).port));
    try {
      const faults = watchFaults(page);
      const falseWords = await watchWords(page);
      const chat = chatOf(page, between.url);
      const calls = model.requests.length;
      const slow = { timeout: 20_000 };

      const asked = gate();
      model.next({
        steps: [{ write: word("one ") }, { until: asked.promise }, { write: word("two ") }, { hang: true }],
      });
      await chat.ask("go");
      await expect(chat.answer).toHaveText("one", slow);
      await expect(page).toHaveURL(/\/c\//, slow);
      await expect(chat.turn).toHaveAttribute("aria-busy", "true");
      asked.open();
      await expect(chat.answer).toHaveText("one two", slow);
      if (holds) await expect(chat.turn).toContainText(quiet, slow);
      else await expect(chat.turn).not.toContainText(quiet);
      await chat.stop.click();
      await expect(chat.turn).toContainText("Stopped by you", { timeout: 10_000 });
      await expect(chat.turn).not.toContainText(quiet);
      await expect(chat.turn).toHaveAttribute("aria-busy", "false");

      const continued = gate();
      model.next({
        steps: [{ write: word("three ") }, { until: continued.promise }, { write: word("four") + end }],
      });
      await chat.turn.getByRole("button", { name: "Go on from here" }).click();
      await expect(chat.answer).toHaveText("one two three", slow);
      expect(await falseWords()).toEqual([]);
      await page.reload();
      await expect(chat.answer).toHaveText("one two three", slow);
      await expect(chat.turn).toHaveAttribute("aria-busy", "true");
      continued.open();
      await expect(chat.answer).toHaveText("one two three four", slow);
      await chat.finished();
      await expect(page.locator("article.turn")).toHaveCount(1);
      await expect(chat.composer).toHaveValue("");
      expect(await falseWords()).toEqual([]);
      expect(faults).toEqual([]);
      expect(model.requests.length - calls).toBe(2);
    } finally {
      await between.close();
    }
  });
