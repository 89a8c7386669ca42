import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { startAppServer } from "../support/app-server.ts";
import { pastedBlocks, pastedClone } from "../support/pasted-clone.ts";
import { chatOf, expect, test } from "./fixtures.ts";

/*
 * The code of docs/workflows.md, pasted into a clone that is then built and started, as a newcomer would. A
 * build takes minutes: what the clone's server lists and runs is also shown without one
 * (tests/lib/agents/pasted-code.test.ts).
 */

test("the workflow of the page, pasted into a clone, is in the menu, runs, and has a page of its own", async ({
  page,
}, info) => {
  test.skip(
    process.env["RIVULET_PASTED"] !== "1" || info.project.name === "phone",
    "it builds the whole program, with RIVULET_PASTED=1",
  );
  test.setTimeout(900_000);
  const root = pastedClone(pastedBlocks("docs/workflows.md"), { isBuilt: true });
  try {
    execFileSync(process.execPath, ["scripts/ensure.mjs", "build"], { cwd: root, stdio: "inherit" });
    const app = await startAppServer({ root });
    const chat = chatOf(page, app.url);
    const steps = page.locator(".wf-node b");
    await page.goto(`${app.url}/workflows/three-steps`);
    await expect(page.getByText("Three steps that say how far they are.")).toBeVisible();
    await expect(steps).toHaveText(["one", "two", "three"]);
    await page.goto(app.url);
    await page.locator(".agent-menu > button").click();
    await page.locator(".agent-menu .popover").getByText("three-steps", { exact: true }).click();
    await chat.ask("rain");
    await chat.finished();
    await expect(chat.turn).toContainText("Workflow complete.");
    await expect(chat.turn).toContainText("3 of 3 steps done");
    await page.goto(`${app.url}/workflows/three-steps`);
    await expect(page.locator(".wf-node").filter({ hasText: "done" })).toHaveCount(3);
    await app.stop();
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
