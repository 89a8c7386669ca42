import assert from "node:assert/strict";
import { test } from "node:test";
import { modelName } from "#components/message/model-name.ts";
import { en } from "#lib/client/i18n/en.ts";
import { translator } from "#lib/client/i18n/translate.ts";
import { zh } from "#lib/client/i18n/zh.ts";

test("our demo is called so in each language, and a provider's model by its own name, whatever that is", () => {
  const [english, chinese] = [translator(en), translator(zh)];
  assert.deepEqual(
    [modelName(english, "rivulet-demo"), modelName(chinese, "rivulet-demo")],
    ["Demo model", "演示模型"],
  );
  for (const name of ["demo", "Demo", "demo:latest", "gpt-x", "rivulet-demo-2"])
    assert.equal(modelName(english, name), name);
});
