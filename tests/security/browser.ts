import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { BrowserContext, Page } from "@playwright/test";
import { test as base } from "../e2e/fixtures.ts";
import type { ApiClient } from "../support/api-client.ts";
import { done, finish, reasoning, sse, textChunks } from "../support/chat-chunks.ts";
import type { Script } from "../support/scripted-model-server.ts";

/** A foreign server: what reaches it has left the page. */
export interface Evil {
  host: string;
  seen: { path: string; referer: string | undefined }[];
}

export const test = base.extend<object, { evil: Evil }>({
  evil: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names from the pattern.
    async ({}, use) => {
      const seen: Evil["seen"] = [];
      const server = createServer((request, response) => {
        seen.push({ path: String(request.url), referer: request.headers.referer });
        response.end("evil");
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      // A server that listens on TCP has an AddressInfo.
      const { port } = server.address() as AddressInfo;
      await use({ host: `localhost:${port}`, seen });
      server.closeAllConnections();
      server.close();
    },
    { scope: "worker" },
  ],
});

/** What a page has done that no text may make it do. */
export interface Watched {
  /** Calls of alert and its like, breaches of the policy, elements that a text brought in. */
  faults(): Promise<string[]>;
  /** Requests but those of the product for itself. */
  requests: string[];
}

/** Watches a page from before its first script. */
export async function watch(page: Page, url: string): Promise<Watched> {
  const requests: string[] = [];
  page.on("request", (request) => {
    const { origin, pathname } = new URL(request.url());
    const own = origin === url && /^\/(?:$|c\/|api\/|settings|_next\/static\/|icon\.svg$)/.test(pathname);
    if (!own) requests.push(request.url());
  });
  await page.addInitScript(() => {
    const faults: string[] = [];
    Object.assign(globalThis, { faults });
    for (const name of ["alert", "confirm", "prompt", "print"])
      Object.assign(globalThis, { [name]: () => faults.push(`${name} was called`) });
    addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
      faults.push(`${violatedDirective}: ${blockedURI}`),
    );
  });
  const faults = () =>
    page.evaluate(() => {
      const strange =
        "script:not([nonce]),iframe,object,embed,img,svg script,video,audio,base,form[action],meta[http-equiv]";
      const brought = [...document.querySelectorAll(`body :is(${strange})`)].map((each) =>
        each.outerHTML.slice(0, 80),
      );
      const texts = ":is(.prose, .thought, .strip, .ending, h1, h2, a.item)";
      const handlers = [...document.querySelectorAll(`${texts}, ${texts} *`)].flatMap((element) =>
        [...element.attributes]
          .filter(({ name }) => /^on|^style$|^srcset$|^ping$/.test(name))
          .map(({ name }) => name),
      );
      // The ids of notes are ours: of React's making, with a number.
      const named = [...document.querySelectorAll("article [name], article .prose [id]")]
        .filter(({ id }) => !/^_[rR]_\w*_note\d+$/.test(id))
        .map((each) => each.outerHTML);
      const isWhole = document.body instanceof HTMLBodyElement && globalThis.self === globalThis.window;
      const { faults = [] } = globalThis as { faults?: string[] };
      return [...faults, ...brought, ...handlers, ...named, ...(isWhole ? [] : ["clobbered"])];
    });
  return { faults, requests };
}

/** The browser becomes the visitor that `client` is. */
export async function actAs(context: BrowserContext, client: ApiClient, url: string): Promise<void> {
  const [name = "", value = ""] = client.cookie.split("=");
  await context.addCookies([{ name, value, url }]);
}

/** An answer with a thought before it, in one piece. */
export const spoken = (text: string, thought = text): Script => ({
  steps: [{ write: sse(reasoning(thought), textChunks(text), finish()) + done }],
});

export const batches = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
