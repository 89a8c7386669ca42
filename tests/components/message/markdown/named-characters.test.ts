import assert from "node:assert/strict";
import { it } from "node:test";
import { characterEntities } from "character-entities";
import {
  decodeNamedCharacterReference,
  learnNames,
  wantsNames,
} from "../../../../components/message/markdown/named-characters.ts";

it("a common name means what it means in HTML", () => {
  for (const name of "amp lt gt quot apos copy reg trade hellip mdash ndash lsquo rdquo bull middot times divide deg alpha Omega rarr larr le ge ne infin sum radic euro hearts colon lpar num excl".split(
    " ",
  ))
    assert.equal(decodeNamedCharacterReference(name), characterEntities[name], name);
});

it("an unknown name stays the words it is", () => {
  for (const name of ["", "x", "AMPERSAND", "constructor", "__proto__", "am"])
    assert.equal(decodeNamedCharacterReference(name), false);
});

it("all names of HTML 5 are known once one of them was wanted and they are loaded", () => {
  assert.equal(decodeNamedCharacterReference("leq"), false);
  assert.equal(wantsNames(), true);
  learnNames(characterEntities);
  assert.equal(wantsNames(), false);
  for (const [name, character] of Object.entries(characterEntities))
    assert.equal(decodeNamedCharacterReference(name), character, name);
});
