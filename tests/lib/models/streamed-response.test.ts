import assert from "node:assert/strict";
import { test } from "node:test";
import { readBytes, webByteStream } from "#lib/models/byte-stream.ts";
import { bytesOf, errorResponse, streamedResponse, withBoundedError } from "#lib/models/streamed-response.ts";

const bodyOf = (text: string) => webByteStream(new Response(text).body);
const textOf = async (response: Response) => Buffer.from(await readBytes(bytesOf(response), 1e6)).toString();

test("the body of a response is read whoever fetched it", async () => {
  assert.equal(await textOf(new Response("plain")), "plain");
  const streamed = streamedResponse(bodyOf("streamed"), { status: 201 });
  assert.deepEqual([streamed.status, streamed.body, await textOf(streamed)], [201, null, "streamed"]);
});

test("the body of a rejection is cut at 64 kB, that of a success is left as it is", async () => {
  const long = "x".repeat(100_000);
  assert.equal((await textOf(await withBoundedError(new Response(long, { status: 500 })))).length, 64 * 1024);
  assert.equal((await textOf(await withBoundedError(new Response(long)))).length, 100_000);
});

test("a rejection whose body breaks off keeps its status, and what there is of the body", async () => {
  const broken = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode("half")),
    pull: (controller) => controller.error(new Error("broken")),
  });
  const response = await withBoundedError(new Response(broken, { status: 429 }));
  assert.deepEqual([response.status, await response.text()], [429, "half"]);
});

test("a status that a response cannot have is 502, and one that has no body has none", async () => {
  const statuses = [
    [200, 200, "x"],
    [404, 404, "x"],
    [304, 304, ""],
    [101, 502, ""],
    [999, 502, ""],
  ] as const;
  for (const [given, status, body] of statuses) {
    const response = await errorResponse(bodyOf("x"), { status: given, headers: new Headers({ a: "b" }) });
    assert.deepEqual(
      [response.status, response.headers.get("a"), await response.text()],
      [status, "b", body],
    );
  }
});
