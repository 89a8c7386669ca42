import assert from "node:assert/strict";
import { it } from "node:test";
import { decodeNamedCharacterReference } from "../../../../components/message/markdown/named-characters.ts";
import { parseInline, plainText } from "../../../../components/message/markdown/parse-inline.ts";

it("a name means what it means to micromark", () => {
  for (const name of "amp lt gt quot apos copy reg trade hellip mdash ndash lsquo rdquo bull middot times divide deg alpha Omega rarr larr le ge ne infin sum radic euro hearts colon lpar num excl".split(
    " ",
  )) {
    assert.equal(`x${decodeNamedCharacterReference(name)}x`, plainText(parseInline(`x&${name};x`)), name);
  }
});

it("an unknown name stays the words it is", () => {
  for (const name of ["", "x", "AMPERSAND", "constructor", "__proto__", "am"])
    assert.equal(decodeNamedCharacterReference(name), false);
});
