import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createJsonParser } from "#lib/structured/json-parser.ts";

/** Reads a document in deltas to its end. */
export interface JsonContender {
  title: string;
  /** Longer documents would take minutes. */
  maxSize?: number;
  /** Only documents that are an array under `elements`. */
  arraysOnly?: boolean;
  read(deltas: readonly string[]): unknown;
}

/** A value for each frame of 16 ms, where 100 kB come in a second. */
const deltasOfFrame = 400;

const peers = join(import.meta.dirname, "../peers");

/** The versions are those of tests/bench/peers/package.json. */
export async function jsonContenders(): Promise<Record<string, JsonContender>> {
  const require = createRequire(join(peers, "package.json"));
  const load = async (name: string) => import(pathToFileURL(require.resolve(name)).href);
  const versionOf = (name: string): string =>
    require(join(peers, "node_modules", name, "package.json")).version;
  const { parsePartialJson, streamText, Output, jsonSchema } = await load("ai");
  const { IncrementalJsonObjectParser } = await import(
    pathToFileURL(join(peers, "node_modules/assistant-stream/dist/utils.js")).href
  );
  const { parse } = await import(pathToFileURL(join(peers, "node_modules/jsonriver/dist/index.js")).href);
  const { JSONParser } = await load("@streamparser/json");
  return {
    parseOnce: { title: "one `JSON.parse` of the whole", read: (deltas) => JSON.parse(deltas.join("")) },
    scan: { title: "every character looked at, and appended", read: scan },
    push: { title: "Rivulet, `push` alone", read: (deltas) => readOurs(deltas, Infinity) },
    frames: { title: "Rivulet, a value every 16 ms", read: (deltas) => readOurs(deltas, deltasOfFrame) },
    values: { title: "Rivulet, a value after each delta", read: (deltas) => readOurs(deltas, 1) },
    streamparser: {
      title: `@streamparser/json ${versionOf("@streamparser/json")}, partial values`,
      read(deltas) {
        const parser = new JSONParser({ emitPartialTokens: true, emitPartialValues: true });
        let last: unknown;
        parser.onValue = ({ value }: { value: unknown }) => (last = value);
        for (const delta of deltas) parser.write(delta);
        return last;
      },
    },
    jsonriver: {
      title: `jsonriver ${versionOf("jsonriver")}`,
      async read(deltas) {
        let last: unknown;
        for await (const value of parse(streamOf(deltas))) last = value;
        return last;
      },
    },
    assistantStream: {
      title: `assistant-stream ${versionOf("assistant-stream")}, a value after each delta`,
      maxSize: 100_000,
      read(deltas) {
        let parser = IncrementalJsonObjectParser.from();
        let last: unknown;
        for (const delta of deltas) {
          parser = parser.append(delta);
          last = parser.currentArgs;
        }
        return last;
      },
    },
    aiObject: {
      title: `ai ${versionOf("ai")}, objects`,
      maxSize: 10_000,
      async read(deltas) {
        let text = "";
        let last: unknown;
        for (const delta of deltas) last = (await parsePartialJson((text += delta))).value;
        return last;
      },
    },
    aiArray: {
      title: `ai ${versionOf("ai")}, \`streamText\` with \`Output.array\``,
      arraysOnly: true,
      async read(deltas) {
        const { partialOutputStream } = streamText({
          model: scriptedModel(deltas),
          prompt: "?",
          output: Output.array({ element: jsonSchema({ type: "object" }) }),
        });
        let last: unknown;
        for await (const value of partialOutputStream) last = value;
        return { elements: last };
      },
    },
  };
}

function scan(deltas: readonly string[]): string {
  let text = "";
  let quotes = 0;
  for (const delta of deltas) {
    for (let at = 0; at < delta.length; at += 1) if (delta.charCodeAt(at) === 0x22) quotes += 1;
    text += delta;
  }
  return quotes < 0 ? "" : text;
}

function readOurs(deltas: readonly string[], every: number): unknown {
  const parser = createJsonParser();
  let count = 0;
  for (const delta of deltas) {
    parser.push(delta);
    count += 1;
    if (count % every === 0) parser.value();
  }
  parser.end();
  return parser.value();
}

async function* streamOf(deltas: readonly string[]): AsyncGenerator<string> {
  yield* deltas;
}

/** A model of the AI SDK that says the deltas, and nothing else. */
function scriptedModel(deltas: readonly string[]) {
  const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } };
  return {
    specificationVersion: "v4",
    provider: "scripted",
    modelId: "scripted",
    supportedUrls: {},
    doStream: async () => ({
      stream: new ReadableStream({
        start(controller) {
          controller.enqueue({ type: "stream-start", warnings: [] });
          controller.enqueue({ type: "text-start", id: "t" });
          for (const delta of deltas) controller.enqueue({ type: "text-delta", id: "t", delta });
          controller.enqueue({ type: "text-end", id: "t" });
          controller.enqueue({ type: "finish", finishReason: { unified: "stop", raw: "stop" }, usage });
          controller.close();
        },
      }),
    }),
  };
}
