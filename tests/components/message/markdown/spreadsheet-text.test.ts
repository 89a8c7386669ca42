import assert from "node:assert/strict";
import { test } from "node:test";
import { spreadsheetText } from "#components/message/markdown/spreadsheet-text.ts";

test("S44 a cell that a spreadsheet would take for a formula is words, and a figure stays a figure", () => {
  const formulas = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    " =A1",
    "\t=A1",
    "-cmd|' /C calc'!A0",
    "+",
    "=",
    "-2+3*cmd",
    "- none",
    '"=1+1"',
    '" +A1"',
    "\uFF1D1+1",
    "\uFF20SUM(A1)",
  ];
  for (const text of formulas) assert.equal(spreadsheetText(text), `'${text.trim()}`);
  for (const text of ["-5", "+3%", "-1,234.50", "− 2", "-$5", "+8.1 ms", "-2e-3", "a=b", "", "x", "3-4"])
    assert.equal(spreadsheetText(text), text);
  assert.equal(spreadsheetText("two\nlines"), "two lines");
});
