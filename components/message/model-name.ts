import type { Translate } from "#lib/client/i18n/translate.ts";

/** A model as people read it: the demo is always called so, whatever its id. */
export const modelName = (t: Translate, id: string): string => (isDemoModel(id) ? t("model.demo") : id);

const isDemoModel = (id: string): boolean => id === "demo" || id === "rivulet-demo";
