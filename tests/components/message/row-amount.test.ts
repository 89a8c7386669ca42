import assert from "node:assert/strict";
import { test } from "node:test";
import { rowAmount } from "#components/message/row-amount.ts";
import { en } from "#lib/client/i18n/en.ts";
import { translator } from "#lib/client/i18n/translate.ts";

test("what took no time that can be told has no amount", () => {
  const t = translator(en);
  assert.deepEqual(
    [0, 49, 50, 1240].map((ms) => rowAmount(t, ms)),
    [undefined, undefined, "0.1 s", "1.2 s"],
  );
});
