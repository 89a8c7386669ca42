"use client";

import type { ReactElement } from "react";

interface ChoiceProps<T extends string> {
  label: string;
  options: readonly { value: T; name: string; lang?: string }[];
  value: T;
  onChoose(value: T): void;
}

/** One of a few, side by side: radio buttons for the keyboard and for readers of screens. */
export function Choice<T extends string>({ label, options, value, onChoose }: ChoiceProps<T>): ReactElement {
  return (
    <fieldset className="choice" aria-label={label}>
      {options.map((option) => (
        <label key={option.value} lang={option.lang}>
          <input
            type="radio"
            className="sr-only"
            name={label}
            checked={option.value === value}
            onChange={() => onChoose(option.value)}
          />
          {option.name}
        </label>
      ))}
    </fieldset>
  );
}
