import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isValidElement, type ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { setFormula } from "#components/message/markdown/set-formula.ts";

const markup = (formula: ReactNode): string | null =>
  isValidElement(formula) ? renderToStaticMarkup(formula) : null;

describe("a formula", () => {
  for (const source of [
    "\\theta",
    "x^2 + y_1 = \\frac{1}{2}",
    "\\begin{pmatrix} \\cos\\theta & -\\sin\\theta \\\\ \\sin\\theta & \\cos\\theta \\end{pmatrix}",
    "\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}",
    "\\sum_{i=1}^{n} a_i * b_i \\\\ E = mc^2",
    "\\boxed{x} \\cancel{y} \\color{red}{z} \\underbrace{a+b}_{c} \\overline{AB} \\sqrt[3]{x} \\text{wenn } x > 0",
    "\\begin{cases} 1 & x > 0 \\\\ 0 & \\text{sonst} \\end{cases}",
    "\\int_0^\\infty \\mathbb{R} \\mathcal{L} \\hat{x} \\vec{v} \\binom{n}{k} \\left( \\frac{a}{b} \\right)",
  ])
    it(`is MathML of allowed tags and attributes, without a style: ${source}`, () => {
      const page = markup(setFormula(source, true)) ?? "";
      assert.match(page, /^<math display="block" aria-label="/);
      const tags = new Set([...page.matchAll(/<([a-z]+)/g)].map(([, tag]) => tag));
      for (const tag of tags) assert.match(tag ?? "", /^m[a-z]+$/);
      assert.doesNotMatch(page, / (?:style|href|src|on[a-z]+|xlink[^=]*)=/);
    });

  it("has the names of functions as names, and no text outside of one", () => {
    const page = markup(setFormula("\\cos\\theta + \\operatorname{lcm} x \\; y \\lim_{n} a", true)) ?? "";
    assert.match(page, /<mi>cos<\/mi>/);
    assert.doesNotMatch(page, /<\/m(?:i|o|n|row|sub|under)>[^<]+</);
  });

  for (const [source, made] of [
    ["\\mathbb{R}", "<mi>ℝ</mi>"],
    ["\\mathbf{12}", "<mn>𝟏𝟐</mn>"],
    ["\\mathrm{d}", '<mi mathvariant="normal">d</mi>'],
    ["\\text{\\textbf{words}}", '<mtext class="bold">words</mtext>'],
    ["\\begin{vmatrix} a \\end{vmatrix}", '<mo stretchy="true" fence="true">|</mo>'],
    ["\\left\\langle a \\right\\|", '<mo stretchy="true" fence="true">⟨</mo><mi>a</mi>'],
    ["\\overline{x}", '<mrow class="enclosed top"><mi>x</mi></mrow>'],
    ["\\xrightarrow{n}", '<mspace width="0.3em"></mspace><mi>n</mi><mspace width="0.3em"></mspace>'],
  ] as const)
    it(`is in words that browsers know: ${source}`, () => {
      const page = markup(setFormula(source, true)) ?? "";
      assert.ok(page.includes(made), page);
    });

  it("aligns the columns of equations", () => {
    const page = markup(setFormula("\\begin{aligned} a &= b \\end{aligned}", true)) ?? "";
    assert.match(page, /<mtable[^>]* class="paired"><mtr><mtd class="right">.*<mtd class="left">/);
  });
});

describe("a formula that cannot be set, or must not, is not", () => {
  const bomb = `\\def\\a{xxxxxxxxxx}${"bcdefghij"
    .split("")
    .map((name, at) => `\\def\\${name}{${`\\${"abcdefghi"[at]}`.repeat(10)}}`)
    .join("")}\\j`;
  for (const [kind, source] of Object.entries({
    "half of one": "\\frac{1",
    "an unknown command": "\\nosuchcommand",
    "a link": "\\href{javascript:alert(1)}{x}",
    "an address": "\\url{https://evil.example}",
    "a picture": "\\includegraphics{https://evil.example/x.png}",
    "a class": "\\htmlClass{x}{y}",
    "a style": "\\htmlStyle{color:red}{y}",
    "macros without end": "\\def\\a{\\a\\a}\\a",
    "macros of macros": bomb,
    "more than ten thousand characters": "x".repeat(10_001),
  }))
    it(`S35 ${kind}`, () => {
      const page = markup(setFormula(source, false));
      assert.doesNotMatch(page ?? "", /href=|<img|<mglyph|class="x"|style=|javascript:alert\(1\)<\/m/);
      if (!/link|address|picture|class|style/.test(kind)) assert.equal(page, null);
    });

  it("S35 makes nothing larger than 20 em", () => {
    const page = markup(setFormula("\\rule{1000em}{1000em} \\kern{500em} x", false)) ?? "";
    for (const [, size] of page.matchAll(/(?:width|height)="(-?[\d.]+)em"/g))
      assert.ok(Number(size) <= 20, size);
  });
});
