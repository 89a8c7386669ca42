import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { mathLetters } from "#components/message/markdown/math-letters.ts";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

describe("letters of a face of mathematics", () => {
  // What Unicode says of each of them is what they are without a face.
  for (const face of [
    ..."bold italic bold-italic script bold-script fraktur bold-fraktur double-struck".split(" "),
    ..."sans-serif bold-sans-serif sans-serif-italic sans-serif-bold-italic monospace".split(" "),
  ])
    it(`are in Unicode the same letters: ${face}`, () => {
      const made = mathLetters(letters, face);
      assert.notEqual(made, letters);
      assert.equal(made.normalize("NFKC"), letters);
      assert.equal(new Set(made).size, letters.length);
      assert.match(made, /^\p{Assigned}+$/u);
      assert.equal(mathLetters("0189", face).normalize("NFKC"), "0189");
    });

  for (const face of ["bold", "italic", "bold-italic", "bold-sans-serif", "sans-serif-bold-italic"])
    it(`are so in Greek: ${face}`, () => {
      const greek = "ΑΒΓΔΩ∇αβγςω∂";
      const made = mathLetters(greek, face);
      assert.equal(made.normalize("NFKC"), greek);
      for (const letter of made) assert.ok((letter.codePointAt(0) ?? 0) > 0x1d6a7, letter);
      assert.equal(
        Array.from(mathLetters("ϵϑϰϕϱϖ", face), (sign) => sign.normalize("NFKC")).join(""),
        "εθκφρπ",
      );
    });

  it("stay where a face has none, or is unknown", () => {
    assert.equal(mathLetters("中 +", "bold"), "中 +");
    assert.equal(mathLetters("α", "fraktur"), "α");
    assert.equal(mathLetters("abc", "normal"), "abc");
  });
});
