import type { Locator, Page } from "@playwright/test";
import type { EventBody } from "#lib/protocol/run-event.ts";
import { openStore } from "#lib/storage/open-store.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { type AppServer, startAppServer } from "../support/app-server.ts";
import {
  toolApprovalRequest,
  toolInputAvailable,
  toolInputDelta,
  toolInputStart,
} from "../support/event-bodies.ts";
import { startWrittenRun, type WrittenRun } from "../support/written-run.ts";
import { test as base, expect, watchFaults } from "./fixtures.ts";

interface Written {
  /** Shows a live run of this page's user, whose log the test writes. */
  begin(question: string, agent?: string): Promise<WrittenRun>;
}

/** A server, and its store, open in this process too. */
export const test = base.extend<{ written: Written }, { shared: { app: AppServer; storage: Storage } }>({
  shared: [
    async ({ store }, use) => {
      const env = store.newStore();
      const app = await startAppServer({ env });
      const { REDIS_URL: url } = env;
      const storage = openStore(
        url === undefined ? { kind: "sqlite", dir: app.dataDir } : { kind: "redis", url },
      );
      await use({ app, storage });
      await storage.close();
      await app.stop();
    },
    { scope: "worker" },
  ],
  written: async ({ page, shared }, use) => {
    const faults = watchFaults(page);
    await page.goto(shared.app.url);
    const asked = page.waitForRequest(
      (request) => request.method() === "POST" && request.url().endsWith("/runs"),
    );
    await page.getByRole("textbox", { name: "Write a message" }).fill("hello");
    await page.locator(".send.go").click();
    const { runId } = (await asked).postDataJSON();
    await expect(page.locator(".prose")).not.toBeEmpty();
    const run = await shared.storage.runs.run(runId);
    await use({
      async begin(question, agent) {
        const written = await startWrittenRun(shared.storage, {
          userId: run?.userId ?? "",
          question,
          ...(agent !== undefined && { agent }),
        });
        await page.goto(`${shared.app.url}/c/${written.conversationId}`);
        await expect(page.getByRole("heading", { level: 2, name: question })).toBeVisible();
        return written;
      },
    });
    expect(faults).toEqual([]);
  },
});

/** The line of a call. */
export const lineOf = (page: Page, name: string): Locator => page.locator(".tool").filter({ hasText: name });

/** A call that was written whole. */
export const call = (id: string, name: string, input: object, stepId: string): EventBody[] => [
  toolInputStart(id, name, stepId),
  toolInputDelta(id, JSON.stringify(input)),
  toolInputAvailable(id, name, input),
];

/** Whether a call may run, as a person is asked. */
export const askedAbout = (toolCallId: string, effect: string): EventBody => ({
  ...toolApprovalRequest(toolCallId, `${toolCallId}:1`),
  effect,
  inputHash: `of ${toolCallId}`,
});
