import assert from "node:assert/strict";
import { test } from "node:test";
import { otherTabs } from "#lib/client/steering/other-tabs.ts";
import { waitUntil } from "../../../support/wait-until.ts";

test("the tabs of a conversation are told that something was said, those of others are not, nor one that has left", async () => {
  const [one, two, other] = [otherTabs("a"), otherTabs("a"), otherTabs("b")];
  const told = { two: 0, left: 0, other: 0 };
  const [staying, leaving] = [new AbortController(), new AbortController()];
  two.onAnnounced(() => (told.two += 1), staying.signal);
  two.onAnnounced(() => (told.left += 1), leaving.signal);
  other.onAnnounced(() => (told.other += 1), staying.signal);
  leaving.abort();
  two.onAnnounced(() => (told.left += 1), leaving.signal);
  one.announce();
  await waitUntil("it is known", () => told.two === 1);
  other.announce();
  await waitUntil("the other one knows", () => told.other === 1);
  assert.deepEqual(told, { two: 1, left: 0, other: 1 });
  staying.abort();
});
