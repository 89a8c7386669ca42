import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { redeclarable } from "#lib/sandbox/redeclarable.ts";

describe("what is declared at the top may be declared again", () => {
  const changed: [code: string, becomes: string][] = [
    ["const a = 1", "var   a = 1"],
    ["let a = 1; let b", "var a = 1; var b"],
    ["const { a, b: [c] } = d", "var   { a, b: [c] } = d"],
    ["const[a] = b", "var  [a] = b"],
    ["const 名 = 1", "var   名 = 1"],
    ["if (a) { b }\nconst c = 1", "if (a) { b }\nvar   c = 1"],
    ["const f = () => { const inner = 1 }\nconst g = 2", "var   f = () => { const inner = 1 }\nvar   g = 2"],
    ["class A {}\n(a)", "var A = class A {};\n(a)"],
    ["const a = 1\nclass B extends A { c() {} }", "var   a = 1\nvar B = class B extends A { c() {} };"],
    ["const a = `}${`{${{ b: 1 }.b}`}`\nconst c = 1", "var   a = `}${`{${{ b: 1 }.b}`}`\nvar   c = 1"],
    ["const a = /[/}]{/g\nlet b", "var   a = /[/}]{/g\nvar b"],
    ["const a = b / c; const d = e / f", "var   a = b / c; var   d = e / f"],
    ["const a = 'it\\'s {'\nconst b = \"{\"", "var   a = 'it\\'s {'\nvar   b = \"{\""],
    ["// { it's\nconst a = 1 /* { */\nlet b", "// { it's\nvar   a = 1 /* { */\nvar b"],
    ["await f({ const: 1 });\nconst a = 1", "await f({ const: 1 });\nvar   a = 1"],
  ];
  for (const [code, becomes] of changed)
    test(JSON.stringify(code), () => {
      assert.equal(redeclarable(code), becomes);
    });
});

describe("everything else stays as it is", () => {
  const kept = [
    "",
    "for (const a of b) c(a)",
    "for (let i = 0; i < 3; i += 1) { let j }",
    "{ const a = 1; let b }",
    "function f() { const a = 1 }",
    "a.const = b.let",
    "x = class A {}",
    "x =\nclass A {}",
    "f(class { static a = 1 })",
    "let = 1",
    "'const a = 1'",
    "`const a = 1",
    "/* const a = 1",
    '"const',
    "const",
    "}}} const",
    "a /",
    "`${`${",
  ];
  for (const code of kept)
    test(JSON.stringify(code), () => {
      assert.equal(redeclarable(code), code);
    });

  test("the time that it takes grows with the code and no faster", () => {
    for (const piece of ["const a = 1\n", "`${", "/", "class A {", "'", "((", "/*", "\\", "let "]) {
      const begin = performance.now();
      redeclarable(piece.repeat(100_000 / piece.length));
      assert.ok(performance.now() - begin < 1500, JSON.stringify(piece));
    }
  });
});
