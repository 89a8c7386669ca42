import { type RefObject, useCallback, useRef, useState } from "react";
import { keepPreferredModel } from "#lib/client/conversation/kept-models.ts";
import type { LiveConversation } from "#lib/client/conversation/live-conversation.ts";
import type { ShownConversation } from "#lib/client/conversation/shown-conversation.ts";
import { demoModelId } from "#lib/protocol/demo-model-id.ts";
import type { ModelListing } from "#lib/protocol/model-listing.ts";
import { modelName } from "../message/model-name.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";

interface ModelChoice {
  /** Of the model that is asked next. */
  name: string;
  /** What stands beneath the composer of it. */
  note: string;
  /** That opens the others. */
  modelButton: RefObject<HTMLButtonElement | null>;
  choose(model: ModelListing): void;
}

type ChoiceOptions = Pick<ShownConversation, "turns"> & {
  model: string;
  labels: Readonly<Record<string, string>>;
};

/**
 * The model of what is asked next. One that is chosen before the first question is that of other new
 * conversations too.
 */
export function useModelChoice(live: LiveConversation, { turns, model, labels }: ChoiceOptions): ModelChoice {
  const t = useTranslate();
  const [chosen, setChosen] = useState<Pick<ModelListing, "id" | "label">>();
  const modelButton = useRef<HTMLButtonElement>(null);
  const isEmpty = turns.length === 0;
  const label = chosen?.id === model ? chosen.label : labels[model];
  const isDemo = model === demoModelId;
  const name = isDemo ? t("model.demo") : modelName(t, label ?? model);
  const choose = useCallback(
    (next: ModelListing) => {
      setChosen(next);
      live.chooseModel(next.id);
      if (isEmpty) keepPreferredModel(() => window.localStorage, next.isDefault ? undefined : next.id);
    },
    [live, isEmpty],
  );
  const note = isDemo ? t("model.demo.note") : t("model.note", { model: name });
  return { name, note, modelButton, choose };
}
