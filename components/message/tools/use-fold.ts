import { useEffect, useState, useSyncExternalStore } from "react";
import { useDetails } from "../../ui/details-provider.tsx";
import { keepFold, readFold } from "./kept-folds.ts";
import { type FoldPreference, settingKey, wantedFold } from "./wanted-fold.ts";

const unchanging = () => () => {};

interface Fold {
  isOpen: boolean;
  toggle(): void;
}

/**
 * Whether something that folds is open. As its state and the setting want it, until a person opens or closes
 * it: that holds, also after a reload. What is done folds by itself only while nothing stands beneath it that
 * would move; what stays open for that is open after a reload too.
 */
export function useFold(callKey: string, preference: FoldPreference, isLast: boolean): Fold {
  const setting = useDetails();
  const key = settingKey(setting, callKey);
  const isWanted = wantedFold(setting, preference);
  const kept = useSyncExternalStore(
    unchanging,
    () => readFold(() => window.sessionStorage, key),
    () => undefined,
  );
  const [chosen, setChosen] = useState<boolean>();
  const [isOpen, setOpen] = useState(isWanted);
  if (isWanted && !isOpen) setOpen(true);
  if (!isWanted && isOpen && isLast) setOpen(false);
  const shown = chosen ?? kept ?? isOpen;
  const isLeftOpen = isOpen && !isWanted && !isLast && shown;
  useEffect(() => {
    if (isLeftOpen) keepFold(() => window.sessionStorage, key, true);
  }, [isLeftOpen, key]);
  return {
    isOpen: shown,
    toggle() {
      setChosen(!shown);
      keepFold(() => window.sessionStorage, key, !shown);
    },
  };
}
