import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { convertUnit } from "#lib/tools/convert-unit.ts";
import { callTool } from "../../support/call-tool.ts";

type Quantity = readonly [value: number | string, from: string, to: string];

const convert = async ([value, from, to]: Quantity) =>
  // Cast: the tool's own output.
  (await callTool(convertUnit, { value, from, to })) as { result: string; isExact: boolean; unit: string };

const exact: readonly (readonly [...Quantity, result: string])[] = [
  [1, "mile", "km", "1.609344"],
  [26.2, "mi", "km", "42.1648128"],
  [6, "ft", "cm", "182.88"],
  [12, "inches", "foot", "1"],
  [1, "nautical miles", "m", "1852"],
  [100, "cm", "metres", "1"],
  [5, "公里", "米", "5000"],
  [10, "斤", "kg", "5"],
  [1, "吨", "公斤", "1000"],
  [3, "亩", "平方米", "2000"],
  [100, "km/h", "m/s", "27.7777777777777777777777777778"],
  [36, "km per hour", "meters per second", "10"],
  [60, "mph", "ft/s", "88"],
  [1, "acre", "square feet", "43560"],
  [2, "m2", "cm^2", "20000"],
  [2, "m²", "sq cm", "20000"],
  [1, "cubic metre", "L", "1000"],
  [1, "gallon", "cubic inches", "231"],
  [1, "cup", "tbsp", "16"],
  [16, "oz", "lb", "1"],
  [1, "stone", "pounds", "14"],
  [1, "day", "s", "86400"],
  [2, "weeks", "hours", "336"],
  [0, "°C", "°F", "32"],
  [100, "celsius", "fahrenheit", "212"],
  [-40, "F", "C", "-40"],
  [98.6, "degrees fahrenheit", "degrees celsius", "37"],
  [25, "摄氏度", "K", "298.15"],
  [0, "K", "°C", "-273.15"],
  [1, "kWh", "MJ", "3.6"],
  [1, "kcal", "kJ", "4.184"],
  [1, "大卡", "cal", "1000"],
  [1, "N*m", "J", "1"],
  [1, "N m", "J", "1"],
  [1, "kg·m²/s²", "J", "1"],
  [1, "kg*m^2*s^-2", "J", "1"],
  [1, "W/(m^2*K)", "W/(cm²·K)", "0.0001"],
  [1, "atm", "hPa", "1013.25"],
  [1, "bar", "kPa", "100"],
  [1, "GiB", "MiB", "1024"],
  [1, "GB", "MB", "1000"],
  [100, "Mbit/s", "MB/s", "12.5"],
  [1, "KB", "B", "1000"],
  [1, "Kg", "g", "1000"],
  [1, "MPH", "mph", "1"],
  [1, "mW", "W", "0.001"],
  [1, "MW", "W", "1000000"],
  [1, "um", "nm", "1000"],
  [1, "microseconds", "ns", "1000"],
  [50, "%", "ppm", "500000"],
  [1, "Hz", "rpm", "60"],
  ["1/3", "yd", "ft", "1"],
  [0.1, "m", "dm", "1"],
  ["1e-400", "m", "km", "1e-403"],
];

describe("convert_unit", () => {
  for (const [value, from, to, result] of exact)
    test(`${value} ${from} = ${result} ${to}`, async () => {
      const found = await convert([value, from, to]);
      assert.equal(found.result, result);
      assert.equal(found.unit, to);
    });

  test("one over the other where units are the inverse of each other", async () => {
    assert.equal((await convert([1, "s", "Hz"])).result, "1");
    assert.match((await convert([8, "L/100km", "mpg"])).result, /^29\.40182291666666666/);
    assert.match((await convert([30, "mpg", "L/100km"])).result, /^7\.8404861111111111/);
    assert.match((await convert([30, "imperial mpg", "L/100km"])).result, /^9\.416031/);
  });

  test("says what is rounded", async () => {
    assert.equal((await convert([180, "deg", "rad"])).result, "3.14159265358979323846264338328");
    assert.equal((await convert([180, "°", "rad"])).isExact, false);
    assert.equal((await convert([1, "m", "ft"])).isExact, false);
    assert.equal((await convert([1, "in", "cm"])).isExact, true);
    assert.equal((await convert([90, "degrees", "turn"])).result, "0.25");
  });

  const refused: readonly (readonly [...Quantity, message: RegExp])[] = [
    [1, "km", "kg", /km measures length and kg measures mass/],
    [1, "m/s", "m/s^2", /measures length\/time and m\/s\^2 measures length\/time\^2/],
    [1, "m", "%", /measures a plain number/],
    [1, "Hz/s", "kg", /measures 1\/time\^2/],
    [1, "smoot", "m", /no unit "smoot"/],
    [1, "ton", "kg", /"ton" is ambiguous: name tonne, short ton or long ton/],
    [1, "MM", "m", /"MM" is ambiguous: write .*mm/],
    [1, "USD", "EUR", /no fixed rate/],
    [1, "元", "美元", /no fixed rate/],
    [1, "m//s", "m", /cannot be read as a unit/],
    [1, "m/", "m", /cannot be read/],
    [1, "(m", "m", /cannot be read/],
    [1, "m)", "m", /cannot be read/],
    [1, "m^99", "m", /cannot be read/],
    [1, "m^x", "m", /cannot be read/],
    [1, "dB", "B", /no unit "dB"/],
    [1, "constructor", "m", /no unit "constructor"/],
    [1, "__proto__", "m", /no unit/],
    [1, "(".repeat(100), "m", /cannot be read/],
    ["five", "m", "km", /"five" is no function or constant/],
    ["", "m", "km", /./],
  ];
  for (const [value, from, to, message] of refused)
    test(`refuses ${value} ${from.slice(0, 20)} in ${to} in words`, async () => {
      await assert.rejects(convert([value, from, to]), message);
    });

  test("takes nothing but its own arguments", () => {
    for (const input of [
      {},
      { value: 1, from: "m" },
      { value: Number.POSITIVE_INFINITY, from: "m", to: "km" },
      { value: Number.NaN, from: "m", to: "km" },
      { value: [1], from: "m", to: "km" },
      { value: 1, from: "m".repeat(101), to: "km" },
      { value: 1, from: "m", to: "km", exact: true },
      JSON.parse('{"value": 1, "from": "m", "to": "km", "__proto__": {}}'),
    ])
      assert.equal(convertUnit.parse(input).type, "invalid", JSON.stringify(input));
  });
});
