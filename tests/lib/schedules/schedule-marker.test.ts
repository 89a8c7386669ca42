import assert from "node:assert/strict";
import { test } from "node:test";
import { readMarkers, saveMarker } from "#lib/schedules/schedule-marker.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";

test("each schedule has its own mark, the newest", async () => {
  const { notes } = openSqlite({ dir: ":memory:" });
  assert.equal((await readMarkers(notes)).size, 0);
  await saveMarker(notes, "a", { doneTo: 1 });
  await saveMarker(notes, "b", { doneTo: 2, lastAt: 2, missed: { count: 1, from: 1, to: 1 } });
  await saveMarker(notes, "a", { doneTo: 3 });
  const markers = await readMarkers(notes);
  assert.deepEqual(Object.fromEntries(markers), {
    a: { doneTo: 3 },
    b: { doneTo: 2, lastAt: 2, missed: { count: 1, from: 1, to: 1 } },
  });
});

test("one that cannot be read is none", async () => {
  for (const text of ["{", "{}", `{"doneTo":"x"}`]) {
    const notes = {
      list: async () => [{ name: "a", text, updatedAt: 0 }],
      save: async () => "saved" as const,
    };
    assert.equal((await readMarkers(notes)).size, 0, text);
  }
});
