import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { maxImageBytes, readImage } from "#lib/sandbox/read-image.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const svg = "<svg xmlns='http://www.w3.org/2000/svg'/>";

/** The head of a PNG; what follows is the browser's matter. */
function png(width: number, height: number, length = 60): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  bytes.writeUInt32BE(13, 8);
  bytes.write("IHDR", 12, "latin1");
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

describe("what is an image", () => {
  const taken: [name: string, given: string | Uint8Array, mediaType: string][] = [
    ["an SVG", svg, "image/svg+xml"],
    ["one behind blanks", `\n  ${svg}`, "image/svg+xml"],
    ["one with a declaration", `<?xml version="1.0"?>\n${svg}`, "image/svg+xml"],
    ["one as an address", `data:image/svg+xml;base64,${base64(svg)}`, "image/svg+xml"],
    [
      "one as an address in words",
      `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`,
      "image/svg+xml",
    ],
    ["the bytes of a PNG", png(10, 10), "image/png"],
    ["a PNG as an address", `data:image/png;base64,${png(10, 10).toString("base64")}`, "image/png"],
    ["as large as may be", png(10, 10, maxImageBytes), "image/png"],
  ];
  for (const [name, given, mediaType] of taken)
    test(name, () => {
      const image = readImage(given);
      assert.ok(typeof image !== "string", JSON.stringify(image));
      assert.equal(image.mediaType, mediaType);
      assert.match(image.data, /^[A-Za-z0-9+/]+=*$/);
    });
});

describe("what is none is refused in words", () => {
  const refused: [name: string, given: string | Uint8Array, words: RegExp][] = [
    ["a text", "hello", /takes an SVG/],
    ["HTML", "<html><svg></svg></html>", /takes an SVG/],
    ["another kind of address", "data:text/html,<svg/>", /takes an SVG/],
    ["an address that is cut", "data:image/svg+xml,%", /percent-encoded/],
    ["HTML as an SVG", "data:image/svg+xml,<html/>", /no SVG/],
    ["an SVG that defines words", `<!DOCTYPE svg [<!ENTITY a "aaaa">]>${svg}`, /takes an SVG/],
    ["one that does so behind a declaration", `<?xml version='1.0'?><svg><!DOCTYPE a></svg>`, /no DOCTYPE/],
    ["an SVG that repeats what repeats", `<svg>${"<use href='#a'/>".repeat(13)}</svg>`, /at most 12/],
    ["an SVG that is too large", `<svg>${" ".repeat(maxImageBytes)}</svg>`, /256 KB/],
    ["a PNG that is too large", png(1, 1, maxImageBytes + 1), /256 KB/],
    ["a PNG of too many pixels", png(65_535, 65_535), /pixels/],
    ["a PNG of none", png(0, 10), /pixels/],
    ["a PNG that is cut", png(1, 1).subarray(0, 20), /cut off/],
    ["other bytes", Buffer.from("GIF89a"), /no PNG/],
    ["none", new Uint8Array(), /no PNG/],
  ];
  for (const [name, given, words] of refused)
    test(name, () => {
      assert.match(JSON.stringify(readImage(given)), words);
    });
});
