import type { EventBody } from "#lib/protocol/run-event.ts";
import {
  finishStep,
  startStep,
  textDelta,
  textEnd,
  textStart,
  toolApprovalRequest,
  toolInputAvailable,
  toolInputDelta,
  toolInputStart,
  toolOutputAvailable,
  toolOutputError,
  toolStart,
} from "../support/event-bodies.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { expect } from "./fixtures.ts";
import { seenRows } from "./seen-rows.ts";
import { askedAbout, call, lineOf, test } from "./written-page.ts";

// Not on the phone: what is shown does not depend on the width.
test("a reload at any event of calls side by side, progress, a failure and an agent inside shows the same (on the desktop)", async ({
  written,
  page,
  context,
}) => {
  const run = await written.begin("Look around.", "researcher");
  const steps: EventBody[][] = [
    [startStep("s1"), toolInputStart("a", "search", "s1"), toolInputStart("b", "read_page", "s1")],
    [toolInputDelta("a", '{"query":"skip'), toolInputDelta("b", '{"url":"https://exa')],
    [toolInputDelta("a", ' locked"}'), toolInputDelta("b", 'mple.org"}')],
    [
      toolInputAvailable("a", "search", {}),
      toolInputAvailable("b", "read_page", {}),
      finishStep("tool-calls", "s1"),
    ],
    [
      toolStart("a"),
      toolStart("b"),
      { type: "tool-progress", toolCallId: "a", progress: 3, total: 10, message: "reading" },
    ],
    [toolOutputAvailable("a", { found: 11 }), toolOutputError("b", "The host answered 503.")],
    [startStep("s2", 1), ...call("c", "ask_reader", { question: "What of it?" }, "s2"), toolStart("c")],
    [
      startStep("n1", 0, "reader", { parentToolCallId: "c" }),
      ...call("d", "search", { query: "vacuum" }, "n1"),
      toolStart("d"),
    ],
    [
      toolOutputAvailable("d", "4 passages"),
      textStart("inner", "n1"),
      textDelta("Four contradict.", "inner"),
    ],
    [textEnd("inner"), finishStep("stop", "n1"), toolOutputAvailable("c", "Four contradict.")],
    [
      { type: "handoff", from: "researcher", to: "editor", reason: "Please shorten it.", stepId: "s2" },
      startStep("s3", 2, "editor"),
      textStart("t", "s3"),
      textDelta("One statement takes a job.", "t"),
    ],
  ];
  const other = await context.newPage();
  for (const [at, bodies] of steps.entries()) {
    await run.write(...bodies);
    // Each load of a page takes its time.
    if (![1, 3, 4, 5, 7, 9, 10].includes(at)) continue;
    await other.goto(page.url());
    await expect.poll(async () => (await seenRows(other)).join("\n"), `event ${at}`).not.toBe("");
    await expect.poll(() => seenRows(page), `event ${at}`).toEqual(await seenRows(other));
  }
  await expect(page.locator(".who")).toHaveText(["researcher", "editor"]);
  await run.finish(textEnd("t"), finishStep("stop", "s3"));
  await expect(page.locator(".ending:not(.unended)")).toBeVisible();
});

test("calls side by side share a line that counts them, and fold into it once all are done", async ({
  written,
  page,
}) => {
  const run = await written.begin("Search three times.");
  const ids = ["a", "b", "c"];
  await run.write(
    startStep("s1"),
    ...ids.flatMap((id) => call(id, "search", { query: `about ${id}` }, "s1")),
  );
  await run.write(finishStep("tool-calls", "s1"), ...ids.map((id) => toolStart(id)));
  await run.write(toolOutputAvailable("a", 1), toolOutputAvailable("b", 2));
  const group = lineOf(page, "3 tools · 2 done");
  await expect(group).toHaveAttribute("aria-expanded", "true");
  await expect(page.locator(".kid .tool")).toHaveText([/about a.*done/, /about b.*done/, /about c.*running/]);
  await run.write(toolOutputAvailable("c", 3));
  await expect(lineOf(page, "3 tools · 3 done")).toHaveAttribute("aria-expanded", "false");
  // What a person opens stays open, also after a reload.
  await lineOf(page, "3 tools · 3 done").click();
  await page.reload();
  await expect(page.locator(".kid .tool")).toHaveCount(3);
  await run.finish();
});

test("what a tool gives back is text, whatever it holds, folded where it is long, and can be copied", async ({
  written,
  page,
}, info) => {
  const run = await written.begin("Read the page.");
  const foreign: string[] = [];
  page.on("request", (request) => void (request.url().includes("evil") && foreign.push(request.url())));
  const lines = Array.from(
    { length: 60 },
    (_, at) => `line ${at + 1} <img src=https://evil.example/x onerror=alert(1)>`,
  );
  await run.write(startStep("s1"), ...call("a", "read_page", { url: "x" }, "s1"), toolStart("a"));
  await run.write(toolOutputAvailable("a", lines.join("\n")), finishStep("tool-calls", "s1"));
  await lineOf(page, "read_page").click();
  const output = page.locator(".io").last();
  await expect(output).toContainText("line 20 <img");
  await expect(output).not.toContainText("line 21");
  await page.getByRole("button", { name: /^Show all, \d+ KB$/ }).click();
  await expect(output).toContainText("line 60");
  expect(await page.locator(".unfolded img").count()).toBe(0);
  if (info.project.name !== "phone") {
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Copy the output" }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(lines.join("\n"));
  }
  expect(foreign).toEqual([]);
  await run.finish();
});

test("an approval shows all arguments; Enter alone approves nothing; a reason goes with a denial; one tab decides", async ({
  written,
  page,
  context,
}) => {
  const run = await written.begin("Tidy up.");
  const path = `notes/${"very-long-".repeat(40)}end.md`;
  await run.write(
    startStep("s1"),
    ...call("a", "delete_file", { path }, "s1"),
    ...call("b", "send_mail", { to: "team" }, "s1"),
    finishStep("tool-calls", "s1"),
    askedAbout("a", "write"),
    askedAbout("b", "network"),
  );
  const other = await context.newPage();
  await other.goto(page.url());
  const [first, second] = [page.locator(".row.ask").first(), page.locator(".row.ask").last()];
  await expect(first).toContainText("This changes something that is kept.");
  await expect(first.locator(".io")).toContainText(path);
  expect(await first.evaluate((box) => box.contains(document.activeElement))).toBe(false);
  const approve = first.getByRole("button", { name: "Approve once" });
  await expect(approve).toBeEnabled();
  await page.keyboard.press("Enter");
  await approve.focus();
  await page.keyboard.press("Enter");
  await expect(first).toContainText("Enter alone approves nothing");
  expect(await run.decisions()).toEqual([]);
  await page.keyboard.press("Space");
  await expect.poll(run.decisions).toEqual([{ approvalId: "a:1", approved: true, by: "user" }]);
  // The log does not say so yet: another tab still offers the decision, and is told that it is late.
  const late = other.locator(".row.ask").first();
  await late.getByRole("button", { name: "Deny" }).click();
  await late.getByRole("button", { name: "Deny" }).click();
  await expect(late).toContainText("It was decided elsewhere already.");
  await second.getByRole("button", { name: "Deny" }).click();
  await second.getByRole("textbox").fill("Not before they are reviewed.");
  await second.getByRole("button", { name: "Deny" }).click();
  const reason = "Not before they are reviewed.";
  const denied = { approvalId: "b:1", approved: false, by: "user", reason };
  await expect.poll(run.decisions).toContainEqual(denied);
  await run.write(
    { type: "tool-approval-response", approvalId: "a:1", approved: true, by: "user" },
    { type: "tool-approval-response", approvalId: "b:1", approved: false, by: "user", reason },
    { type: "tool-output-denied", toolCallId: "b" },
    toolStart("a"),
    toolOutputAvailable("a", "gone"),
  );
  await expect(page.locator(".row.ask")).toHaveCount(0);
  await expect(other.locator(".row.ask")).toHaveCount(0);
  await expect(lineOf(page, "send_mail")).toContainText("denied");
  await expect(page.locator(".unfolded").last()).toContainText(reason);
  await run.finish();
});

test("a question is a form that says what is wrong in it; a choice of few is buttons; words are an answer too", async ({
  written,
  page,
}) => {
  const run = await written.begin("Book it.");
  const form = {
    message: "Which room?",
    schema: {
      type: "object",
      properties: {
        name: { type: "string", title: "Name" },
        nights: { type: "integer", title: "Nights", minimum: 1 },
        quiet: { type: "boolean", title: "Quiet" },
      },
      required: ["name", "nights"],
    },
  };
  const choice = {
    message: "May I leave them out?",
    schema: {
      type: "object",
      properties: { answer: { type: "string", enum: ["leave", "keep"], enumNames: ["Leave", "Keep"] } },
    },
  };
  const ask = (id: string, question: typeof form | typeof choice): EventBody[] => [
    ...call(id, "ask_person", question, "s1"),
    toolStart(id),
    { ...toolApprovalRequest(id), approvalId: `${id}:1:1`, effect: "ask", inputHash: id, question },
  ];
  await run.write(startStep("s1"), ...ask("a", form), ...ask("b", choice), ...ask("c", choice));
  const boxes = page.locator(".row.ask");
  await expect(boxes).toHaveCount(3);
  const [booking, few, words] = [boxes.nth(0), boxes.nth(1), boxes.nth(2)];
  await booking.getByLabel("Nights").fill("0");
  await booking.getByRole("button", { name: "Answer", exact: true }).click();
  await expect(booking).toContainText("This is needed.");
  await expect(booking).toContainText("Not less than 1.");
  await expect(booking.getByLabel("Name")).toBeFocused();
  await booking.getByLabel("Name").fill("Ada");
  await booking.getByLabel("Nights").fill("2");
  await booking.getByLabel("Yes").check();
  await booking.getByRole("button", { name: "Answer", exact: true }).click();
  await few.getByRole("button", { name: "Keep" }).click();
  await words.getByRole("button", { name: "Answer in words" }).click();
  await words.getByRole("textbox").fill("Ask the editor.");
  await words.getByRole("button", { name: "Send" }).click();
  const by = "user";
  await expect.poll(run.decisions).toEqual([
    { approvalId: "a:1:1", approved: true, by, content: { name: "Ada", nights: 2, quiet: true } },
    { approvalId: "b:1:1", approved: true, by, content: { answer: "keep" } },
    { approvalId: "c:1:1", approved: false, by, reason: "Ask the editor." },
  ]);
  await expectAccessible(page, "questions");
  await run.finish();
});

// Not on the phone: what is kept does not depend on the width.
test("what is being written in a form goes along into a new conversation when its own is deleted elsewhere (on the desktop)", async ({
  written,
  page,
}) => {
  const run = await written.begin("Book it.");
  const question = {
    message: "What for?",
    schema: { type: "object", properties: { answer: { type: "string" } } },
  };
  await run.write(startStep("s1"), ...call("a", "ask_person", question, "s1"), toolStart("a"), {
    ...{ ...toolApprovalRequest("a"), approvalId: "a:1:1", effect: "ask", inputHash: "a", question },
  });
  await page.locator(".row.ask").getByRole("textbox").fill("a long answer");
  await page.evaluate((id) => fetch(`/api/conversations/${id}`, { method: "DELETE" }), run.conversationId);
  await page.evaluate(() => void window.dispatchEvent(new Event("focus")));
  const composer = page.getByRole("textbox", { name: "Write a message" });
  await expect(composer).toHaveValue("a long answer");
  await expect(composer).toBeFocused();
  await expect(page.locator(".row.ask")).toHaveCount(0);
});

// Not on the phone: what is kept does not depend on the width.
test("a reason stays as it was written over a reload; Esc anywhere in it closes it and stops nothing; with the decision it is forgotten (on the desktop)", async ({
  written,
  page,
}) => {
  const run = await written.begin("Tidy up.");
  await run.write(
    startStep("s1"),
    ...call("a", "delete_file", { path: "a.md" }, "s1"),
    finishStep("tool-calls", "s1"),
    askedAbout("a", "write"),
  );
  const box = page.locator(".row.ask");
  const [deny, reason] = [box.getByRole("button", { name: "Deny" }), box.getByRole("textbox")];
  await deny.click();
  await expect(reason).toBeFocused();
  await reason.fill("Not yet.");
  await page.reload();
  await expect(reason).toHaveValue("Not yet.");
  await expect(reason).not.toBeFocused();
  await box.getByRole("button", { name: "Never in this chat" }).press("Escape");
  await expect(reason).toHaveCount(0);
  await expect(deny).toBeFocused();
  await expect(page.getByRole("button", { name: "Stop", exact: true })).toBeVisible();
  await deny.click();
  await expect(reason).toHaveValue("Not yet.");
  await deny.click();
  const decided = { approvalId: "a:1", approved: false, by: "user", reason: "Not yet." } as const;
  await expect.poll(run.decisions).toEqual([decided]);
  await run.write(
    { type: "tool-approval-response", ...decided },
    { type: "tool-output-denied", toolCallId: "a" },
  );
  await expect(box).toHaveCount(0);
  const kept = () => page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.includes("a:1")));
  await expect.poll(kept).toEqual([]);
  await run.finish();
});

// Not on the phone: what takes a click does not depend on the width.
test("no click is taken by what is rendered on the server before its script is there (on the desktop)", async ({
  written,
  page,
}) => {
  const run = await written.begin("Search.");
  await run.write(startStep("s1"), ...call("a", "search", { query: "rain" }, "s1"), toolStart("a"));
  await run.finish(toolOutputAvailable("a", "4 passages"), finishStep("tool-calls", "s1"));
  const line = lineOf(page, "search");
  await expect(line).toContainText("done");
  const held: (() => void)[] = [];
  let isHeld = true;
  await page.route("**/_next/static/**/*.js", async (route) => {
    if (isHeld) await new Promise<void>((release) => held.push(release));
    await route.continue();
  });
  await page.reload({ waitUntil: "commit" });
  await expect(line).toBeDisabled();
  isHeld = false;
  for (const release of held) release();
  await line.click();
  await expect(page.locator(".unfolded")).toContainText("4 passages");
});
