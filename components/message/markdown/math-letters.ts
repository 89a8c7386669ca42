/** Where Unicode has the letters of a face: capital A, capital alpha and zero, as far as it has them. */
interface LetterBlock {
  readonly A: number;
  readonly alpha?: number;
  readonly zero?: number;
}

const BLOCKS: Readonly<Record<string, LetterBlock>> = {
  bold: { A: 0x1d400, alpha: 0x1d6a8, zero: 0x1d7ce },
  italic: { A: 0x1d434, alpha: 0x1d6e2 },
  "bold-italic": { A: 0x1d468, alpha: 0x1d71c },
  script: { A: 0x1d49c },
  "bold-script": { A: 0x1d4d0 },
  fraktur: { A: 0x1d504 },
  "bold-fraktur": { A: 0x1d56c },
  "double-struck": { A: 0x1d538, zero: 0x1d7d8 },
  "sans-serif": { A: 0x1d5a0, zero: 0x1d7e2 },
  "bold-sans-serif": { A: 0x1d5d4, alpha: 0x1d756, zero: 0x1d7ec },
  "sans-serif-italic": { A: 0x1d608 },
  "sans-serif-bold-italic": { A: 0x1d63c, alpha: 0x1d790 },
  monospace: { A: 0x1d670, zero: 0x1d7f6 },
};

/** Letters that Unicode had before it had the blocks. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  italic: "hℎ",
  script: "BℬEℰFℱHℋIℐLℒMℳRℛeℯgℊoℴ",
  fraktur: "CℭHℌIℑRℜZℨ",
  "double-struck": "CℂHℍNℕPℙQℚRℝZℤ",
};
/** What follows the small letters in the Greek blocks, from ∂ on. */
const GREEK_SIGNS = "∂ϵϑϰϕϱϖ";

/** The letters of a text in a face that MathML names; browsers read no `mathvariant` but "normal". */
export function mathLetters(text: string, face: string): string {
  const block = BLOCKS[face];
  if (!block) return text;
  return Array.from(text, (letter) => {
    const at = (ELSEWHERE[face] ?? "").indexOf(letter);
    if (at >= 0) return ELSEWHERE[face]?.[at + 1] ?? letter;
    const code = codeIn(block, letter);
    return code === undefined ? letter : String.fromCodePoint(code);
  }).join("");
}

function codeIn({ A, alpha, zero }: LetterBlock, letter: string): number | undefined {
  const code = letter.codePointAt(0) ?? 0;
  if (/[A-Z]/.test(letter)) return A + code - 0x41;
  if (/[a-z]/.test(letter)) return A + 26 + code - 0x61;
  if (zero !== undefined && /\d/.test(letter)) return zero + code - 0x30;
  if (alpha === undefined) return undefined;
  if (/[Α-Ω]/.test(letter)) return alpha + code - 0x391;
  if (/[α-ω]/.test(letter)) return alpha + 26 + code - 0x3b1;
  if (letter === "∇") return alpha + 25;
  const sign = GREEK_SIGNS.indexOf(letter);
  return sign < 0 ? undefined : alpha + 51 + sign;
}
