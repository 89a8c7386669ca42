import assert from "node:assert/strict";
import { test } from "node:test";
import { eastAsianWidthType as original } from "get-east-asian-width";
import { eastAsianWidthType } from "../../../../components/message/markdown/east-asian-width.ts";

/** What micromark-extension-cjk-friendly-util makes of a width: it asks for code points from U+1100 on. */
function classify(width: string, codePoint: number): "cjk" | "selector" | "other" {
  if (width === "fullwidth" || width === "halfwidth") return "cjk";
  const character = String.fromCodePoint(codePoint);
  if (width === "wide") return /^\p{Emoji_Presentation}/u.test(character) ? "other" : "cjk";
  if (width === "neutral") return /^\p{sc=Hangul}/u.test(character) ? "cjk" : "other";
  return width === "ambiguous" && codePoint >= 0xe0100 && codePoint <= 0xe01ef ? "selector" : "other";
}

test("every code point is classified as the package does", () => {
  for (let codePoint = 0x1100; codePoint <= 0x10ffff; codePoint += 1) {
    const own = classify(eastAsianWidthType(codePoint), codePoint);
    if (own !== classify(original(codePoint), codePoint))
      assert.fail(`U+${codePoint.toString(16)} is ${own} here`);
  }
});
