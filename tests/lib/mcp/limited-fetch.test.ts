import assert from "node:assert/strict";
import { createServer } from "node:http";
import { type TestContext, test } from "node:test";
import { createLimitedFetch } from "#lib/mcp/limited-fetch.ts";
import { listen } from "../../support/listen.ts";

/** What comes of a body through the fetch of an MCP server. */
async function fetched(t: TestContext, type: string, body: string, maxBytes = 16 * 1024 * 1024) {
  const server = createServer((_, response) => response.writeHead(200, { "content-type": type }).end(body));
  const port = await listen(server);
  t.after(() => server.close());
  let isTooLarge = false;
  const fetchLimited = createLimitedFetch(maxBytes, () => {
    isTooLarge = true;
    return new Error("too large");
  });
  const response = await fetchLimited(`http://127.0.0.1:${port}/`);
  return { response, text: response.text(), isTooLarge: () => isTooLarge };
}

const event = (message: object) => `event: message\nid: 7\ndata: ${JSON.stringify(message)}\n\n`;
const progress = (step: number) =>
  event({ jsonrpc: "2.0", method: "notifications/progress", params: { progressToken: 1, progress: step } });
const result = event({ jsonrpc: "2.0", id: 1, result: { text: "notifications/progress" } });

test("of a burst of progress the first and the newest word are left, and the answer behind it", async (t) => {
  const burst = Array.from({ length: 50_000 }, (_, at) => progress(at + 1));
  const { text } = await fetched(t, "text/event-stream; charset=utf-8", `${burst.join("")}${result}`);
  const left = (await text).split("\n\n").filter((each) => each !== "");
  assert.ok(left.length < 200, `${left.length} are left`);
  assert.equal(`${left[0]}\n\n`, progress(1));
  assert.deepEqual(
    left.slice(-2),
    [progress(50_000), result].map((each) => each.trim()),
  );
});

test("whatever is no progress is handed on as it is, and others have their turn meanwhile", async (t) => {
  const pings = Array.from({ length: 20_000 }, (_, id) => event({ jsonrpc: "2.0", id, method: "ping" }));
  const { text } = await fetched(t, "text/event-stream", pings.join(""));
  let turns = 0;
  let isRead = false;
  const others = (async () => {
    while (!isRead) {
      await new Promise((resolve) => setImmediate(resolve));
      turns += 1;
    }
  })();
  assert.equal(await text, pings.join(""));
  isRead = true;
  await others;
  assert.ok(turns >= 190, `${turns} turns`);
});

test("a body that is too long breaks off, a batch of messages sooner, and no other answer does", async (t) => {
  const long = await fetched(t, "text/event-stream", result.repeat(20), 200);
  await assert.rejects(long.text);
  assert.equal(long.isTooLarge(), true);
  const batch = await fetched(t, "application/json", ` \n[${"{},".repeat(100_000)}{}]`);
  await assert.rejects(batch.text);
  assert.equal(batch.isTooLarge(), true);
  const answer = `{"text":"${"x".repeat(300_000)}"}`;
  assert.equal(await (await fetched(t, "application/json", answer)).text, answer);
});
