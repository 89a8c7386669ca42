// The wide code points of Unicode 17 that are no emoji (https://www.unicode.org/reports/tr11/): for each
// range, how far it begins after the end of the one before, and how far it goes on, in base 36.
const RANGES =
  "3cw:73 2wa hs:1 li:7 2b:5 1kh:p 2:2g d:5x r:26 3:2d 3:2u 6:16 2:2l 2:2d a:1b 2:13 9:mkc 4:1i wq:s hw:8mb d:m 5:1c 6it:e7 " +
  "lt:9 n:y 2:i 2:3 46:59 4:5 3:5 3:5 3:2 4:6 2:6 m42:4 c:6 a:5p6 11:x 2o:36 e:pd f:1e 5y6:3 2:6 2:1 2:88 a u:2 3 f:4 8:az " +
  "6bp:2e a:m 5yw 2a 2 e:9 2:j 2:1 6 4 5:8 o:5 vo 75 j5:2 1r h e e:1 zq:1ekd 3:1ekd";

const wideRanges = readRanges();

/**
 * As `get-east-asian-width`, whose tables weigh four times as much, as far as emphasis asks: whether a code
 * point is one of Chinese, Japanese or Korean text (`wide`), a variation selector of ideographs
 * (`ambiguous`), or neither.
 */
export function eastAsianWidthType(codePoint: number): "wide" | "ambiguous" | "neutral" {
  if (codePoint >= 0xe0100 && codePoint <= 0xe01ef) return "ambiguous";
  return wideRanges.some(([from, to]) => codePoint >= from && codePoint <= to) ? "wide" : "neutral";
}

function readRanges(): readonly (readonly [from: number, to: number])[] {
  let end = 0;
  return RANGES.split(" ").map((range) => {
    const [gap = 0, length = 0] = range.split(":").map((digits) => Number.parseInt(digits, 36));
    const from = end + gap;
    end = from + length;
    return [from, end];
  });
}
