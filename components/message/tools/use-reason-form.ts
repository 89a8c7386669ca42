import { useState } from "react";
import { useKept } from "./use-kept.ts";

interface OpenReasonForm {
  isOpen: boolean;
  /** A person has opened it in this page just now. */
  takesFocus: boolean;
  open(): void;
  close(): void;
}

/** Whether a reason is being written: kept as the words of it are. */
export function useReasonForm(request: string): OpenReasonForm {
  const [isOpen, setOpen] = useKept(`${request} open`, false, isBoolean);
  const [takesFocus, setTakesFocus] = useState(false);
  return {
    ...{ isOpen, takesFocus },
    open() {
      setTakesFocus(true);
      setOpen(true);
    },
    close: () => setOpen(false),
  };
}

const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";
