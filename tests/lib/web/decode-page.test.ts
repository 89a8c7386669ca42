import assert from "node:assert/strict";
import { test } from "node:test";
import { decodePage } from "#lib/web/decode-page.ts";

/** 中文网页，这是一个测试 in GB18030 and Big5, 日本語のページです in Shift_JIS and EUC-JP, 한국어 페이지 in EUC-KR. */
const bytesOf = (hex: string): Uint8Array => Buffer.from(hex, "hex");
const gb = bytesOf("d6d0cec4cdf8d2b3a3acd5e2cac7d2bbb8f6b2e2cad4");
const big5 = bytesOf("a4a4a4e5baf4adb6a141b36fac4fa440add3b4fab8d5");
const shiftJis = bytesOf("93fa967b8cea82cc8379815b835782c582b7");
const eucJp = bytesOf("c6fccbdcb8eca4cea5daa1bca5b8a4c7a4b9");
const eucKr = bytesOf("c7d1b1b9beee20c6e4c0ccc1f6");
const texts = {
  gb: "中文网页，这是一个测试",
  big5: "中文網頁，這是一個測試",
  japanese: "日本語のページです",
  korean: "한국어 페이지",
};
const utf8 = (text: string) => new TextEncoder().encode(text);
const joined = (...pieces: (Uint8Array | string)[]) =>
  Buffer.concat(pieces.map((piece) => (typeof piece === "string" ? Buffer.from(piece) : piece)));

type Row = [what: string, bytes: Uint8Array, facts: { charset?: string; isMarkup?: boolean }, text: string];
const rows: Row[] = [
  ["UTF-8 by its server", utf8("中文"), { charset: "utf-8" }, "中文"],
  ["UTF-8 of which nobody says anything", utf8("中文 é"), {}, "中文 é"],
  ["UTF-8 that its server takes for Latin 1", utf8("naïve 中文"), { charset: "iso-8859-1" }, "naïve 中文"],
  ["UTF-8 that its server takes for GBK", utf8("中文网页"), { charset: "gbk" }, "中文网页"],
  ["a word of GBK that could be UTF-8 too", bytesOf("c3a8"), { charset: "gbk" }, "猫"],
  ["a byte order mark counts most", joined(bytesOf("efbbbf"), "é"), { charset: "big5" }, "é"],
  ["UTF-16 with a mark", bytesOf("fffe2d4e8765"), { charset: "utf-8" }, "中文"],
  ["GB18030 by its server", gb, { charset: "GB2312" }, texts.gb],
  ["Big5 by its server", big5, { charset: "big5" }, texts.big5],
  ["Shift_JIS by its server", shiftJis, { charset: "Shift_JIS" }, texts.japanese],
  ["EUC-KR by its server", eucKr, { charset: "euc-kr" }, texts.korean],
  ["GB18030 that nobody names", gb, {}, texts.gb],
  ["Big5 that nobody names", big5, {}, texts.big5],
  ["Shift_JIS that nobody names", shiftJis, {}, texts.japanese],
  ["EUC-JP that nobody names", eucJp, {}, texts.japanese],
  ["EUC-KR that nobody names", eucKr, {}, texts.korean],
  ["GB18030 that is called UTF-8", gb, { charset: "utf-8" }, texts.gb],
  ["GB18030 that is called Latin 1", gb, { charset: "iso-8859-1" }, texts.gb],
  ["a charset that there is not", gb, { charset: "x-nothing" }, texts.gb],
  ["Latin 1", bytesOf("636166e920e0206c612063617274652c206e61ef7665"), {}, "café à la carte, naïve"],
  ["Cyrillic by its server", bytesOf("cff0e8e2e5f2"), { charset: "windows-1251" }, "Привет"],
  [
    "the server's word before the document's",
    joined('<meta charset="big5">', gb),
    { charset: "gbk", isMarkup: true },
    `<meta charset="big5">${texts.gb}`,
  ],
  [
    "the document's word",
    joined('<META http-equiv="Content-Type" content="text/html; charset=gb2312">', gb),
    { isMarkup: true },
    `<META http-equiv="Content-Type" content="text/html; charset=gb2312">${texts.gb}`,
  ],
  [
    "the document's word where the server's is Latin 1",
    joined("<meta charset=shift_jis>", shiftJis),
    { charset: "latin1", isMarkup: true },
    `<meta charset=shift_jis>${texts.japanese}`,
  ],
  [
    "XML says it in its first line",
    joined('<?xml version="1.0" encoding="Shift_JIS"?>', shiftJis),
    { isMarkup: true },
    `<?xml version="1.0" encoding="Shift_JIS"?>${texts.japanese}`,
  ],
  [
    "a document that calls itself UTF-16 in ASCII",
    utf8('<meta charset="utf-16">é'),
    { isMarkup: true },
    '<meta charset="utf-16">é',
  ],
  [
    "a text of which one byte was damaged",
    joined("中文网页测试中文网页测试中文网页", bytesOf("ff"), "测试"),
    { charset: "utf-8" },
    "中文网页测试中文网页测试中文网页\ufffd测试",
  ],
  ["nothing", new Uint8Array(), { charset: "gbk" }, ""],
];
for (const [what, bytes, facts, text] of rows)
  test(`${what} is read as it was written`, () =>
    assert.equal(decodePage(bytes, { isMarkup: false, isCut: false, ...facts }), text));

test("a page that was cut in the middle of a character is read up to there", () => {
  const whole = utf8("中文网页");
  assert.equal(decodePage(whole.subarray(0, 10), { isMarkup: false, isCut: true }), "中文网");
  assert.equal(decodePage(gb.subarray(0, 7), { charset: "gbk", isMarkup: false, isCut: true }), "中文网");
});
