import assert from "node:assert/strict";
import { test } from "node:test";
import { defineSchedule } from "#lib/schedules/define-schedule.ts";

test("a schedule is by UTC, of the default agent, and at most ten minutes late, unless it says otherwise", () => {
  const { timeZone, agent, lateMinutes } = defineSchedule({ name: "a", cron: "0 8 * * *", text: "go" });
  assert.deepEqual([timeZone, agent, lateMinutes], ["UTC", "assistant", 10]);
});

test("all that is wrong with a schedule is one error", () => {
  const wrong = { name: "A b", cron: "* *", text: " ", lateMinutes: -1 };
  assert.throws(
    () => defineSchedule(wrong),
    (error: Error) => {
      const lines = error.message.split("\n");
      assert.match(lines[0] ?? "", /"A b" cannot be kept/);
      assert.deepEqual(
        lines.slice(1).map((line) => line.split(":")[0]),
        ["name", "cron", "text", "lateMinutes"],
      );
      return true;
    },
  );
});
