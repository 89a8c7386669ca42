import { type KeyboardEvent, useState } from "react";

interface EnterGuard {
  /** Enter was pressed on such a button: its place says which key does. */
  isHinted: boolean;
  /** For buttons that let something happen: Enter alone presses none of them. */
  onlyByWill(event: KeyboardEvent): void;
}

/** Enter that was meant for something else approves nothing. */
export function useEnterGuard(): EnterGuard {
  const [isHinted, setHinted] = useState(false);
  return {
    isHinted,
    onlyByWill(event) {
      if (event.key !== "Enter") return;
      event.preventDefault();
      setHinted(true);
    },
  };
}
