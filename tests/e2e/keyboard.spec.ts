import type { Locator, Page } from "@playwright/test";
import {
  finishStep,
  startStep,
  toolApprovalRequest,
  toolOutputAvailable,
  toolStart,
} from "../support/event-bodies.ts";
import { expect } from "./fixtures.ts";
import { askedAbout, call, lineOf, test } from "./written-page.ts";

/*
 * What an agent asks, by the keyboard alone: from the field, back and forth with Tab.
 */

/** By Tab, or back; the focus is on something all the way. */
async function tabTo(page: Page, target: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  await expect(target).toBeVisible();
  for (let presses = 0; presses < 60; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
    expect(await page.evaluate(() => document.activeElement?.tagName)).not.toBe("BODY");
  }
  throw new Error("it is not reached");
}

const form = {
  message: "Which room?",
  schema: {
    type: "object",
    properties: {
      name: { type: "string", title: "Name" },
      nights: { type: "integer", title: "Nights" },
    },
    required: ["name"],
  },
};

// Not on the phone: no keyboard there.
test("by the keyboard alone a call is approved, one is denied with a reason and a form is filled in; the focus is never lost (on the desktop)", async ({
  written,
  page,
}) => {
  const run = await written.begin("Tidy up.");
  await run.write(
    startStep("s1"),
    ...call("a", "delete_file", { path: "a.md" }, "s1"),
    ...call("b", "send_mail", { to: "team" }, "s1"),
    ...call("c", "ask_person", form, "s1"),
    finishStep("tool-calls", "s1"),
    askedAbout("a", "write"),
    askedAbout("b", "network"),
    toolStart("c"),
    { ...toolApprovalRequest("c"), approvalId: "c:1:0", effect: "ask", inputHash: "of c", question: form },
  );
  const boxes = page.locator(".row.ask");
  await expect(boxes).toHaveCount(3);
  const [first, second, third] = [
    boxes.filter({ hasText: "delete_file" }),
    boxes.filter({ hasText: "send_mail" }),
    boxes.filter({ hasText: "Which room?" }),
  ];
  await page.getByRole("textbox", { name: "Write a message" }).focus();
  await tabTo(page, first.getByRole("button", { name: "Approve once" }), "Shift+Tab");
  for (const _ of [1, 2]) await page.keyboard.press("Enter");
  await expect(first).toContainText("Enter alone approves nothing");
  expect(await run.decisions()).toEqual([]);
  // A press that comes before the buttons are armed does nothing, too.
  await expect
    .poll(async () => {
      await page.keyboard.press("Space");
      return run.decisions();
    })
    .toEqual([{ approvalId: "a:1", approved: true, by: "user" }]);
  await run.write({ type: "tool-approval-response", approvalId: "a:1", approved: true, by: "user" });
  await run.write(toolStart("a"), toolOutputAvailable("a", "gone"));
  await expect(lineOf(page, "delete_file")).toBeFocused();

  await tabTo(page, second.getByRole("button", { name: "Deny" }));
  await page.keyboard.press("Enter");
  await expect(second.getByRole("textbox")).toBeFocused();
  await page.keyboard.type("Not yet.");
  await tabTo(page, second.getByRole("button", { name: "Deny" }));
  const denied = { approvalId: "b:1", approved: false, by: "user", reason: "Not yet." };
  await expect
    .poll(async () => {
      await page.keyboard.press("Enter");
      return run.decisions();
    })
    .toContainEqual(denied);
  await run.write(
    { type: "tool-approval-response", ...denied },
    { type: "tool-output-denied", toolCallId: "b" },
  );
  await expect(lineOf(page, "send_mail")).toBeFocused();

  await tabTo(page, third.getByLabel("Name"));
  await page.keyboard.type("Ada");
  await tabTo(page, third.getByLabel("Nights"));
  await page.keyboard.type("2");
  await tabTo(page, third.getByRole("button", { name: "Answer", exact: true }));
  const answered = { approvalId: "c:1:0", approved: true, by: "user", content: { name: "Ada", nights: 2 } };
  await expect
    .poll(async () => {
      await page.keyboard.press("Space");
      return run.decisions();
    })
    .toContainEqual(answered);
  await run.write(
    { type: "tool-approval-response", ...answered },
    toolOutputAvailable("c", answered.content),
  );
  await expect(lineOf(page, "ask_person")).toBeFocused();
  await run.finish();
});

test("a call that is tried again says so, and one that failed is made once more from its card", async ({
  written,
  page,
}) => {
  const run = await written.begin("Look it up.");
  await run.write(startStep("s1"), ...call("a", "search", { query: "rain" }, "s1"), toolStart("a"));
  await run.write({
    type: "tool-start",
    toolCallId: "a",
    attempt: 2,
    of: 3,
    reason: "The host answered 503.",
  });
  await expect(page.locator(".turn")).toContainText("attempt 2 of 3 · The host answered 503.");
  const failed = { errorText: "The host is away.", code: "tool-failed", isRepeatable: true };
  await run.write({ type: "tool-output-error", toolCallId: "a", ...failed }, finishStep("tool-calls", "s1"));
  const retry = page.locator(".unfolded").getByRole("button", { name: "Retry" });
  await expect(page.locator(".unfolded")).toContainText("The host is away.");
  await expect(retry).toHaveCount(0);
  await run.finish();
  const posted = page.waitForRequest((request) => request.url().endsWith("/runs"));
  await retry.click();
  expect((await posted).postDataJSON()).toMatchObject({ continue: run.runId, call: "a" });
  await expect(page.locator(".turn .tool")).toHaveCount(2);
  await expect(retry).toHaveCount(0);
});

// Not on the phone: what is open does not depend on the width.
test("details are always open or always closed where the browser says so, and as their state wants it again (on the desktop)", async ({
  written,
  page,
}) => {
  const run = await written.begin("Look it up.");
  await run.write(
    startStep("s1"),
    { type: "reasoning-start", id: "t", stepId: "s1" },
    { type: "reasoning-delta", id: "t", delta: "Where may it be?" },
    { type: "reasoning-end", id: "t" },
    ...call("a", "search", { query: "rain" }, "s1"),
    toolStart("a"),
  );
  await run.finish(toolOutputAvailable("a", "4 passages"), finishStep("stop", "s1"));
  const details = [page.locator(".thought"), page.locator(".unfolded")];
  const conversation = page.url();
  for (const [name, count] of [
    ["Always open", 1],
    ["Always closed", 0],
    ["Automatic", 0],
  ] as const) {
    await page.goto(new URL("/settings/appearance", conversation).href);
    await page.getByRole("group", { name: "Thinking and calls" }).getByText(name, { exact: true }).click();
    await expect(page.getByRole("radio", { name })).toBeChecked();
    await page.goto(conversation);
    await expect(lineOf(page, "search")).toBeVisible();
    for (const each of details) await expect(each).toHaveCount(count);
  }
});
