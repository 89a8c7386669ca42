"use client";

import { createElement, type ReactElement, useEffect, useMemo, useState } from "react";
import type { setFormula } from "./set-formula.ts";

type Setter = { readonly setFormula: typeof setFormula };
let formulaSetter: Setter | undefined;

type FormulaProps = {
  readonly source: string;
  readonly raw: string;
  readonly display: boolean;
  readonly open: boolean;
};

/**
 * A formula, set as soon as it is whole and what sets it is there; until then, and where it cannot be set,
 * its source as it is written.
 */
export function FormulaView({ source, raw, display, open }: FormulaProps): ReactElement {
  const setter = useSetter();
  const formula = useMemo(
    () => (setter && !open ? setter.setFormula(source, display) : null),
    [setter, source, display, open],
  );
  if (formula !== null) return createElement("span", { className: "formula", dir: "ltr" }, formula);
  return createElement("span", { className: "tex", dir: "ltr" }, raw);
}

/** Fetched while the first formula is still being written. */
function useSetter(): Setter | undefined {
  const [setter, setSetter] = useState(formulaSetter);
  useEffect(() => {
    if (setter) return;
    let isHere = true;
    void import("./set-formula.ts").then(
      (found) => {
        formulaSetter = found;
        if (isHere) setSetter(found);
      },
      () => undefined, // Not to be had, offline perhaps: the source stays.
    );
    return () => {
      isHere = false;
    };
  }, [setter]);
  return setter;
}
