import assert from "node:assert/strict";
import { test } from "node:test";
import { groupByDay } from "#components/sidebar/group-by-day.ts";

const at = (iso: string) => ({ id: iso, title: iso, createdAt: 0, updatedAt: Date.parse(iso) });

test("conversations are grouped by the day of their last message, in the reader's zone", () => {
  const list = [
    at("2026-11-21T09:00:00Z"),
    at("2026-11-20T23:30:00Z"),
    at("2026-11-20T10:00:00Z"),
    at("2026-11-14T10:00:00Z"),
    at("2026-11-13T10:00:00Z"),
  ];
  const now = Date.parse("2026-11-21T12:00:00Z");
  const periods = (zone: string) =>
    groupByDay(list, now, zone).map(({ period, conversations }) => [period, conversations.length]);
  assert.deepEqual(periods("UTC"), [
    ["today", 1],
    ["yesterday", 2],
    ["week", 1],
    ["older", 1],
  ]);
  assert.deepEqual(periods("Asia/Shanghai"), [
    ["today", 2],
    ["yesterday", 1],
    ["week", 1],
    ["older", 1],
  ]);
});

test("a clock that is behind the server's shows today, not the future", () => {
  const [group] = groupByDay([at("2026-11-22T00:10:00Z")], Date.parse("2026-11-21T23:59:00Z"), "UTC");
  assert.equal(group?.period, "today");
});

test("a day of 23 hours does not shift the groups", () => {
  const groups = groupByDay(
    [at("2026-03-28T12:00:00Z")],
    Date.parse("2026-03-29T20:00:00Z"),
    "Europe/Berlin",
  );
  assert.equal(groups[0]?.period, "yesterday");
});
