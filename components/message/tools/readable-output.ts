import { isRecord } from "#lib/protocol/is-record.ts";
import { createJsonPrinter } from "./json-printer.ts";

/** What a tool gave back, as a person reads it. Nothing of it is ever more than text or a picture. */
export interface ReadableOutput {
  /** Its own words, or JSON laid out; empty where there is nothing but pictures. */
  text: string;
  pictures: readonly Picture[];
}

export interface Picture {
  /** A `data:` address of a raster image: none is ever loaded from elsewhere. */
  url: string;
  bytes: number;
}

/** Kinds that cannot hold a script. */
const rasterTypes = /^image\/(png|jpeg|gif|webp)$/;
const base64 = /^[A-Za-z0-9+/]+={0,2}$/;
const maxPictures = 8;
/** JSON that is not longer stands in one line. */
const maxShortJson = 64;

/**
 * `name(size)`: what stands in the text in place of a picture. Pictures are found as MCP and the AI SDK give
 * them (`{type, data, mimeType | mediaType}`), and as `data:` addresses.
 */
export function readableOutput(output: unknown, name: (bytes: number) => string): ReadableOutput {
  const pictures: Picture[] = [];
  const rest = withoutPictures(output, (picture) => {
    if (pictures.length < maxPictures) pictures.push(picture);
    return name(picture.bytes);
  });
  return { text: outputText(rest), pictures };
}

function outputText(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  const words = mcpText(value);
  if (words !== undefined) return words;
  return layOut(value);
}

/** The texts of a result of MCP, which is a list of contents; undefined: it has others, or is none. */
function mcpText(value: unknown): string | undefined {
  if (!isRecord(value) || !Array.isArray(value.content)) return undefined;
  const contents: unknown[] = value.content;
  const texts = contents.map((each) =>
    isRecord(each) && each.type === "text" && typeof each.text === "string" ? each.text : undefined,
  );
  const isAll = texts.every((text) => text !== undefined);
  return isAll ? texts.join("\n\n") : undefined;
}

/** A value as JSON: in one line where it is short, else laid out as the arguments of a call are. */
export function layOut(value: unknown): string {
  const json = JSON.stringify(value) ?? "";
  const oneLine = JSON.stringify(value, null, 1) ?? "";
  if (json.length <= maxShortJson && !json.includes("\\n")) return oneLine.replace(/\n\s*/g, " ");
  const { settled, last, isRaw } = createJsonPrinter().print(json);
  // One that is too deep for the printer.
  return isRaw ? JSON.stringify(value, null, 2) : [...settled, last].join("\n");
}

function withoutPictures(value: unknown, take: (picture: Picture) => string): unknown {
  if (typeof value === "string") {
    const picture = value.startsWith("data:image/") ? pictureOf(...splitAddress(value)) : undefined;
    return picture ? take(picture) : value;
  }
  if (Array.isArray(value)) return value.map((each: unknown) => withoutPictures(each, take));
  if (!isRecord(value)) return value;
  const picture = pictureOf(value.mimeType ?? value.mediaType, value.data);
  if (picture) return { type: "text", text: take(picture) };
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutPictures(each, take)]));
}

function splitAddress(address: string): [type: string, data: string] {
  const at = address.indexOf(";base64,");
  return at < 0 ? ["", ""] : [address.slice("data:".length, at), address.slice(at + ";base64,".length)];
}

function pictureOf(type: unknown, data: unknown): Picture | undefined {
  if (typeof type !== "string" || typeof data !== "string") return undefined;
  if (!rasterTypes.test(type) || !base64.test(data)) return undefined;
  return { url: `data:${type};base64,${data}`, bytes: Math.floor((data.length * 3) / 4) };
}
