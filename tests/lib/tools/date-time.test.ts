import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createDateTimeTool } from "#lib/tools/date-time.ts";
import { callTool } from "../../support/call-tool.ts";

const now = Date.parse("2026-11-27T02:15:30.750Z");
const tool = createDateTimeTool(() => now);

/** What is looked at of an output. */
interface DateTimeOutput {
  times: { timeZone: string; time: string; weekday: string; week: string }[];
  until?: { time: string };
  difference?: Record<string, unknown>;
  notes?: string[];
}

// Cast: the tool's own output.
const outputOf = async (input: unknown): Promise<DateTimeOutput> =>
  (await callTool(tool, input)) as DateTimeOutput;
const timeOf = async (input: unknown) => (await outputOf(input)).times[0]?.time;

const times: readonly (readonly [title: string, input: unknown, time: string])[] = [
  ["now, in UTC, in whole seconds", {}, "2026-11-27T02:15:30Z"],
  ["now in a zone", { timeZone: "Asia/Tokyo" }, "2026-11-27T11:15:30+09:00"],
  ["now by a city", { timeZone: "New York" }, "2026-11-26T21:15:30-05:00"],
  ["now by a city in Chinese", { timeZone: "北京" }, "2026-11-27T10:15:30+08:00"],
  ["now at an offset", { timeZone: "UTC+5:30" }, "2026-11-27T07:45:30+05:30"],
  ["a date is its midnight", { time: "2026-03-01", timeZone: "Europe/Berlin" }, "2026-03-01T00:00:00+01:00"],
  [
    "a time of a zone in another",
    { time: "2026-07-01T15:00", timeZone: "America/New_York", in: ["Europe/Berlin"] },
    "2026-07-01T21:00:00+02:00",
  ],
  [
    "a time with its own offset",
    { time: "2026-07-01 15:00:10+08:00", timeZone: "Europe/London" },
    "2026-07-01T08:00:10+01:00",
  ],
  [
    "a zone with three quarters of an hour",
    { time: "2026-01-01T00:00Z", in: ["Asia/Kathmandu"] },
    "2026-01-01T05:45:00+05:45",
  ],
  ["45 days later", { time: "2026-03-01", add: { days: 45 } }, "2026-04-15T00:00:00Z"],
  ["a month after the 31st of January", { time: "2026-01-31", add: { months: 1 } }, "2026-02-28T00:00:00Z"],
  [
    "a month after the 31st of January of a leap year",
    { time: "2028-01-31", add: { months: 1 } },
    "2028-02-29T00:00:00Z",
  ],
  ["a year after the 29th of February", { time: "2028-02-29", add: { years: 1 } }, "2029-02-28T00:00:00Z"],
  ["thirteen months earlier", { time: "2026-01-15", add: { months: -13 } }, "2024-12-15T00:00:00Z"],
  [
    "years, weeks and hours together",
    { time: "2026-01-01T10:00", add: { years: 1, weeks: 2, hours: 30 } },
    "2027-01-16T16:00:00Z",
  ],
  [
    "a day over a change of clocks keeps the hour",
    { time: "2026-03-28T12:00", timeZone: "Europe/Berlin", add: { days: 1 } },
    "2026-03-29T12:00:00+02:00",
  ],
  [
    "24 hours over a change of clocks do not",
    { time: "2026-03-28T12:00", timeZone: "Europe/Berlin", add: { hours: 24 } },
    "2026-03-29T13:00:00+02:00",
  ],
  ["a century that is no leap year", { time: "2100-02-28", add: { days: 1 } }, "2100-03-01T00:00:00Z"],
  ["an early year", { time: "0050-01-01", add: { days: 1 } }, "0050-01-02T00:00:00Z"],
];

describe("date_time", () => {
  for (const [title, input, time] of times)
    test(title, async () => {
      assert.equal(await timeOf(input), time);
    });

  test("gives several zones at once, with the day of the week and the week of the year", async () => {
    assert.deepEqual((await outputOf({ in: ["Asia/Shanghai", "America/Los_Angeles"] })).times, [
      { timeZone: "Asia/Shanghai", time: "2026-11-27T10:15:30+08:00", weekday: "Friday", week: "2026-W48" },
      {
        timeZone: "America/Los_Angeles",
        time: "2026-11-26T18:15:30-08:00",
        weekday: "Thursday",
        week: "2026-W48",
      },
    ]);
  });

  for (const [date, week] of [
    ["2021-01-03", "2020-W53"],
    ["2021-01-04", "2021-W01"],
    ["2024-12-30", "2025-W01"],
    ["2026-12-31", "2026-W53"],
  ])
    test(`${date} is in ${week}`, async () => {
      assert.equal((await outputOf({ time: date })).times[0]?.week, week);
    });

  test("tells how long it is until then, by the calendar and by the clock", async () => {
    assert.deepEqual((await outputOf({ time: "2026-01-31", until: "2026-03-01T06:30" })).difference, {
      isEarlier: false,
      calendar: { years: 0, months: 1, days: 1, hours: 6, minutes: 30, seconds: 0 },
      calendarDays: 29,
      totalHours: 702.5,
      totalSeconds: 2_529_000,
    });
    const back = (await outputOf({ time: "2026-03-29", until: "2026-03-28", timeZone: "Europe/Berlin" }))
      .difference;
    assert.deepEqual([back?.isEarlier, back?.calendarDays, back?.totalHours], [true, -1, -24]);
    const short = (await outputOf({ time: "2026-03-29", until: "2026-03-30", timeZone: "Europe/Berlin" }))
      .difference;
    assert.deepEqual([short?.calendarDays, short?.totalHours], [1, 23]);
    assert.equal((await outputOf({ time: "2026-11-27", until: "now" })).difference?.totalSeconds, 8130);
  });

  test("says which of two times was taken, and that a time was skipped", async () => {
    const repeated = await outputOf({ time: "2026-10-25T02:30", timeZone: "Europe/Berlin" });
    assert.equal(repeated.times[0]?.time, "2026-10-25T02:30:00+02:00");
    assert.match(repeated.notes?.[0] ?? "", /showed 2026-10-25T02:30:00 twice/);
    const skipped = await outputOf({ time: "2026-03-29T02:30", timeZone: "Europe/Berlin" });
    assert.equal(skipped.times[0]?.time, "2026-03-29T03:30:00+02:00");
    assert.match(skipped.notes?.[0] ?? "", /skipped 2026-03-29T02:30:00/);
    const lordHowe = await outputOf({ time: "2026-04-05T01:45", timeZone: "Australia/Lord_Howe" });
    assert.match(lordHowe.notes?.[0] ?? "", /twice/);
  });

  const refused: readonly (readonly [input: unknown, message: RegExp])[] = [
    [{ timeZone: "Mars/Olympus" }, /no time zone "Mars\/Olympus"/],
    [{ timeZone: "CST" }, /no time zone "CST": name one/],
    [{ timeZone: "+15:00" }, /no time zone/],
    [{ timeZone: "" }, /no time zone/],
    [{ in: ["nowhere"] }, /no time zone "nowhere"/],
    [{ time: "tomorrow" }, /"tomorrow" is no date/],
    [{ time: "2026-02-30" }, /of a day that there is/],
    [{ time: "2026-13-01" }, /is no date/],
    [{ time: "2026-01-01T25:00" }, /is no date/],
    [{ time: "01/02/2026" }, /is no date/],
    [{ time: "2026-01-01", add: { years: 999_999_999 } }, /years 1 to 9999/],
    [{ time: "2026-01-01", add: { seconds: -999_999_999, years: -2000 } }, /years 1 to 9999/],
    [{ time: "2026-01-01", add: { days: 1_000_000_000 } }, /years 1 to 9999/],
    [{ until: "someday" }, /"someday" is no date/],
  ];
  for (const [input, message] of refused)
    test(`refuses ${JSON.stringify(input)} in words`, async () => {
      await assert.rejects(callTool(tool, input), message);
    });

  test("takes nothing but its own arguments", () => {
    for (const input of [
      { when: "now" },
      { time: 5 },
      { add: { days: 1.5 } },
      { add: { days: "1" } },
      { add: { decades: 1 } },
      { in: Array.from({ length: 21 }, () => "UTC") },
      { time: "1".repeat(61) },
      JSON.parse('{"__proto__": {"time": "now"}}'),
      [],
      null,
    ])
      assert.equal(tool.parse(input).type, "invalid", JSON.stringify(input));
  });
});
