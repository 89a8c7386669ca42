import { createLineSplitter } from "../wire/line-splitter.ts";
import { createFrameLines } from "./frame-lines.ts";
import type { ModelPart } from "./model.ts";
import { ModelError } from "./model-error.ts";
import { badResponse } from "./provider-error.ts";
import type { AnswerReader } from "./provider-wire.ts";

export interface BodyParser {
  /** Cut anywhere. Adds to `parts` what it reads, also before it throws a `ModelError`. */
  push(bytes: Uint8Array, parts: ModelPart[]): void;
  /** `isCut`: it failed before its end, which is known. */
  end(parts: ModelPart[], isCut: boolean): void;
}

export interface BodyParserOptions {
  host: string;
  reader: AnswerReader;
  /** Characters of one frame, or of a document. */
  maxFrameLength: number;
  /** Called for every frame that is not empty, before it is read; comments are none. */
  onFrame(): void;
}

/**
 * Tells a stream of frames from one JSON document, and both from anything else. A document whose first line
 * is JSON by itself, and is not the last, is a stream of such lines.
 */
export function createBodyParser({ host, reader, maxFrameLength, onFrame }: BodyParserOptions): BodyParser {
  // Removes one byte order mark at the start and holds back an unfinished character.
  const utf8 = new TextDecoder();
  const lines = createLineSplitter();
  let found: ModelPart[] = [];
  const frames = createFrameLines({
    onFrame(data, event) {
      if (reader.isDone) return;
      onFrame();
      reader.readFrame(data, event, found);
    },
    isWhole: reader.isComplete,
  });
  let beginning: string | undefined = "";
  /** As far as it was read, if the body may be one. */
  let document: string | undefined;
  /** Where its first line ends. */
  let firstLineEnd: number | undefined;
  let unreadLength = 0;

  function start(text: string): void {
    beginning += text;
    const begun = beginning?.trimStart() ?? "";
    if (begun === "") return;
    if (begun.startsWith("<")) throw noStream(host);
    const whole = beginning ?? "";
    beginning = undefined;
    if (/^[[{]/.test(begun)) {
      document = "";
      addToDocument(begun);
    } else lines.push(whole, readLine);
  }

  function readLine(line: string): void {
    unreadLength = 0;
    frames.read(line);
  }

  function addToDocument(text: string): void {
    const before = document ?? "";
    document = before + text;
    // Linear: one line is looked at, once.
    if (firstLineEnd === undefined) {
      const end = text.indexOf("\n");
      if (end === -1) return;
      const isLine = reader.isComplete(document.slice(0, before.length + end));
      firstLineEnd = isLine ? before.length + end : Number.POSITIVE_INFINITY;
    }
    if (firstLineEnd === Number.POSITIVE_INFINITY || document.slice(firstLineEnd).trim() === "") return;
    const all = document;
    document = undefined;
    lines.push(all, readLine);
  }

  function push(bytes: Uint8Array, parts: ModelPart[]): void {
    found = parts;
    const text = utf8.decode(bytes, { stream: true });
    unreadLength += text.length;
    if (beginning !== undefined) start(text);
    else if (document !== undefined) addToDocument(text);
    else lines.push(text, readLine);
    if (unreadLength > maxFrameLength) throw frameTooLarge(host, maxFrameLength);
  }

  function readRest(): void {
    const last = utf8.decode();
    if (document !== undefined) return reader.readDocument(document + last, found);
    lines.push(`${last}\n`, readLine);
    frames.end();
    if (beginning === undefined && !frames.isStream) throw noStream(host);
  }

  return {
    push,
    end(parts, isCut) {
      found = parts;
      if (!isCut) readRest();
      reader.end(parts, isCut);
    },
  };
}

const noStream = (host: string): ModelError =>
  badResponse(host, "answered with something that is no stream", "page");

const frameTooLarge = (host: string, max: number): ModelError =>
  new ModelError("limit-reached", `${host} sent more than ${max} characters as one piece.`, {
    retryable: false,
    facts: { host, reason: "size" },
  });
