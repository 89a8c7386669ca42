import type { Translate } from "#lib/client/i18n/translate.ts";
import { showHidden } from "#lib/client/show-hidden.ts";
import { demoModelId } from "#lib/protocol/demo-model-id.ts";
import { modelBaseName } from "#lib/protocol/model-base-name.ts";

/** A model as people read it. A provider's may have any other name, `demo` too. */
export const modelName = (t: Translate, id: string): string =>
  id === demoModelId ? t("model.demo") : showHidden(modelBaseName(id));
