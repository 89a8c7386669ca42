import assert from "node:assert/strict";
import { PassThrough, Readable } from "node:stream";
import { describe, test } from "node:test";
import { type ByteStream, nodeByteStream, readBytes, webByteStream } from "#lib/models/byte-stream.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** All that a stream pushes. */
function collect(stream: ByteStream) {
  const read = { text: "", ends: [] as (string | undefined)[] };
  stream.read({
    write: (chunk) => void (read.text += new TextDecoder().decode(chunk)),
    end: (error) => void read.ends.push(error?.message),
  });
  return read;
}

/** A source that the test feeds, and the stream over it. */
function nodeSource() {
  const source = new PassThrough();
  return {
    stream: nodeByteStream(source),
    push: (text: string) => void source.write(text),
    end: () => void source.end(),
    fail: () => void source.destroy(new Error("broken")),
    isClosed: () => source.destroyed,
  };
}

function webSource() {
  let isClosed = false;
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const source = new ReadableStream<Uint8Array>({
    start: (of) => void (controller = of),
    cancel: () => void (isClosed = true),
  });
  return {
    stream: webByteStream(source),
    push: (text: string) => controller?.enqueue(bytes(text)),
    end: () => controller?.close(),
    fail: () => controller?.error(new Error("broken")),
    isClosed: () => isClosed,
  };
}

for (const [kind, open] of [
  ["over node:http", nodeSource],
  ["of a fetch", webSource],
] as const)
  describe(`a body ${kind}`, () => {
    test("is pushed as it comes, and ends once", async () => {
      const { stream, push, end } = open();
      const read = collect(stream);
      push("a");
      await turn();
      assert.equal(read.text, "a");
      push("b");
      end();
      await turn();
      assert.deepEqual(read, { text: "ab", ends: [undefined] });
    });

    test("that breaks off ends with why, after what came before", async () => {
      const { stream, push, fail } = open();
      const read = collect(stream);
      push("a");
      await turn();
      fail();
      await turn();
      assert.deepEqual(read, { text: "a", ends: ["broken"] });
    });

    test("is not read while it is paused", async () => {
      const { stream, push, end } = open();
      const read = collect(stream);
      push("a");
      await turn();
      stream.pause();
      // What is being read when it is paused still comes.
      push("b");
      await turn();
      push("c");
      end();
      await turn();
      assert.ok(!read.text.includes("c"));
      stream.resume();
      await turn();
      assert.deepEqual(read, { text: "abc", ends: [undefined] });
    });

    test("that is closed closes its connection", async () => {
      const { stream, push, isClosed } = open();
      collect(stream);
      push("a");
      await turn();
      stream.close();
      await turn();
      assert.ok(isClosed());
    });
  });

test("a body that is none ends at once", async () => {
  const read = collect(webByteStream(null));
  await turn();
  assert.deepEqual(read, { text: "", ends: [undefined] });
});

describe("the first bytes of a body", () => {
  const textOf = async (...given: Parameters<typeof readBytes>) =>
    Buffer.from(await readBytes(...given)).toString();

  test("are all of it if it is short, and the stream is closed if it is long", async () => {
    assert.equal(await textOf(nodeByteStream(Readable.from([bytes("ab"), bytes("c")])), 10), "abc");
    const long = nodeSource();
    long.push("abc");
    long.push("def");
    assert.equal(await textOf(long.stream, 4), "abcd");
    assert.ok(long.isClosed());
  });

  test("of one that breaks off are what there is, if that is allowed", async () => {
    for (const allowPartial of [true, false]) {
      const { stream, push, fail } = nodeSource();
      const read = textOf(stream, 10, { allowPartial });
      push("ab");
      await turn();
      fail();
      if (allowPartial) assert.equal(await read, "ab");
      else await assert.rejects(read, /broken/);
    }
  });
});
