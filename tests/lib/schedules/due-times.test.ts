import assert from "node:assert/strict";
import { test } from "node:test";
import { cronFault, dueAfter } from "#lib/schedules/due-times.ts";

/** The next `count` due times, as ISO texts without milliseconds. */
function dueTimes(cron: string, timeZone: string, from: string, count: number): string[] {
  const times: string[] = [];
  for (let at: number | undefined = Date.parse(from); times.length < count; ) {
    at = dueAfter({ cron, timeZone }, at);
    if (at === undefined) return times;
    times.push(new Date(at).toISOString().replace(".000Z", "Z"));
  }
  return times;
}

const cases: [promise: string, cron: string, timeZone: string, from: string, times: string[]][] = [
  [
    "a due time itself is not due again",
    ...(["0 8 * * *", "UTC", "2026-01-01T08:00:00Z"] as const),
    ["2026-01-02T08:00:00Z"],
  ],
  [
    "hours are those of the time zone",
    ...(["0 8 * * MON-FRI", "Asia/Shanghai", "2026-10-23T12:00:00Z"] as const),
    ["2026-10-26T00:00:00Z", "2026-10-27T00:00:00Z"],
  ],
  [
    "an hour that spring leaves out is due when the clock has passed it",
    ...(["30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z"] as const),
    ["2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"],
  ],
  [
    "an hour that autumn brings twice is due once",
    ...(["30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z"] as const),
    ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"],
  ],
  [
    "so it is of several hours, and several times in it",
    ...(["15,45 2,14 * * *", "Europe/Berlin", "2026-10-24T22:00:00Z"] as const),
    ["2026-10-25T00:15:00Z", "2026-10-25T00:45:00Z", "2026-10-25T13:15:00Z", "2026-10-25T13:45:00Z"],
  ],
  [
    "so it is of a span of hours, and of every second one",
    ...(["0 1-3 * * *", "Europe/Berlin", "2026-10-24T22:30:00Z"] as const),
    ["2026-10-24T23:00:00Z", "2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z", "2026-10-26T00:00:00Z"],
  ],
  [
    "so it is where clocks are set back by half an hour, at seconds",
    ...(["30 45 0-23 * * *", "Australia/Lord_Howe", "2027-04-03T13:50:00Z"] as const),
    ["2027-04-03T14:45:30Z", "2027-04-03T16:15:30Z"],
  ],
  [
    "what is due every half hour is so through a change of clocks",
    ...(["*/30 * * * *", "Europe/Berlin", "2026-10-25T00:00:00Z"] as const),
    ["2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:00:00Z"],
  ],
  [
    "what is due every hour by its name is so, too",
    ...(["@hourly", "Europe/Berlin", "2026-10-25T00:00:00Z"] as const),
    ["2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z"],
  ],
  [
    "six fields begin with seconds",
    ...(["*/20 * * * * *", "UTC", "2026-01-01T00:00:30.500Z"] as const),
    ["2026-01-01T00:00:40Z", "2026-01-01T00:01:00Z"],
  ],
  [
    "a day that few years have is waited for",
    ...(["0 0 29 2 *", "UTC", "2026-01-01T00:00:00Z"] as const),
    ["2028-02-29T00:00:00Z"],
  ],
];
for (const [promise, cron, timeZone, from, times] of cases)
  test(promise, () => assert.deepEqual(dueTimes(cron, timeZone, from, times.length), times));

const faults: [cron: string, timeZone: string, fault: RegExp][] = [
  ["every morning", "UTC", /^cron: /],
  ["* * * *", "UTC", /^cron: /],
  ["60 * * * *", "UTC", /^cron: Invalid value for minute: 60/],
  ["0 0 31 2 *", "UTC", /never due/],
  ["0 8 * * *", "Berlin", /^timeZone: there is no time zone "Berlin"/],
];
for (const [cron, timeZone, fault] of faults)
  test(`"${cron}" in ${timeZone} is refused in words`, () =>
    assert.match(cronFault({ cron, timeZone }) ?? "", fault));

test("right words have no fault", () => {
  for (const cron of ["0 8 * * 1-5", "@daily", "@hourly", "*/5 9-17 * * MON", "0 0 L * *", "15 30 6 * * *"])
    assert.equal(cronFault({ cron, timeZone: "Europe/Berlin" }), undefined, cron);
});
