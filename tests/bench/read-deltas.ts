import { microseconds } from "./microseconds.ts";
import { type Ask, openStream } from "./open-stream.ts";

const caret = "^".charCodeAt(0);

export function countDeltas(chunk: Buffer): number {
  let count = 0;
  for (let at = chunk.indexOf(caret); at !== -1; at = chunk.indexOf(caret, at + 1)) count += 1;
  return count;
}

/** Reads an answer to its end. Throws unless exactly `expected` deltas came. */
export async function readAll(ask: Ask, expected: number): Promise<void> {
  let count = 0;
  const status = await openStream(ask, (chunk) => void (count += countDeltas(chunk))).ended;
  if (status !== 200 || count !== expected)
    throw new Error(`${ask.url}: status ${status}, ${count} of ${expected} deltas`);
}

/** Tells stamped deltas apart wherever the bytes are cut; `onDelta` gets how late each came, µs. */
export function createStampReader(onDelta: (lateBy: number) => void): (chunk: Buffer) => void {
  let rest = "";
  let newest = 0;
  return (chunk) => {
    const now = microseconds();
    const text = rest + chunk.toString("latin1");
    let end = 0;
    for (const found of text.matchAll(/\^(\d+) /g)) {
      const stamp = Number(found[1]);
      if (stamp < newest) throw new Error("a delta came out of order");
      newest = stamp;
      end = found.index + found[0].length;
      onDelta(now - stamp);
    }
    // What may be the start of a stamp.
    const open = text.lastIndexOf("^");
    rest = open >= end ? text.slice(open) : "";
  };
}

/** The whole text of an answer, whosesoever frames they are. */
export async function textOf(ask: Ask): Promise<string> {
  const chunks: Buffer[] = [];
  await openStream(ask, (chunk) => void chunks.push(chunk)).ended;
  return Buffer.concat(chunks)
    .toString()
    .split("\n")
    .filter((line) => line.startsWith("data: {"))
    .map((line) => {
      const value = JSON.parse(line.slice(6));
      if (value.choices) return value.choices[0]?.delta?.content ?? "";
      return value.type === undefined || value.type === "text-delta" ? value.delta : "";
    })
    .join("");
}
