import { gzipSync } from "node:zlib";
import type { Page } from "@playwright/test";
import { answer } from "../support/chat-chunks.ts";
import { events } from "../support/scripted-model-server.ts";
import { expect, test } from "./fixtures.ts";

/** Gzip bytes of every script and style that a page loads, and of which host. */
async function loaded(
  page: Page,
  url: string,
): Promise<{ script: number; style: number; foreign: string[]; fonts: string[] }> {
  const sizes = { script: 0, style: 0, foreign: [] as string[], fonts: [] as string[] };
  const reading: Promise<void>[] = [];
  page.on("response", (response) => {
    if (new URL(response.url()).host !== new URL(url).host) sizes.foreign.push(response.url());
    const type = response.headers()["content-type"] ?? "";
    if (/font/.test(type)) sizes.fonts.push(response.url());
    const kind = /javascript/.test(type) ? "script" : /css/.test(type) ? "style" : undefined;
    if (!kind) return;
    reading.push(response.body().then((body) => void (sizes[kind] += gzipSync(body).length)));
  });
  await page.goto(url, { waitUntil: "networkidle" });
  await Promise.all(reading);
  return sizes;
}

// Not on the phone: the same files on every screen.
test("the first load stays within its budget on / and /c/[id], from one host (on the desktop)", async ({
  chat,
  model,
  context,
}, info) => {
  model.next(events(answer("one")));
  await chat.ask("a");
  await chat.finished();
  const conversation = chat.page.url();
  for (const url of [new URL("/", conversation).href, conversation]) {
    const { script, style, foreign, fonts } = await loaded(await context.newPage(), url);
    const line = `${new URL(url).pathname.slice(0, 3)}: ${(script / 1000).toFixed(1)} kB of script, ${(style / 1000).toFixed(1)} kB of style, gzip`;
    info.annotations.push({ type: "size", description: line });
    console.log(line);
    expect(script).toBeLessThanOrEqual(200_000);
    expect(style).toBeLessThanOrEqual(20_000);
    expect(foreign).toEqual([]);
    expect(fonts).toEqual([]);
  }
});
