import type { ReactElement, ReactNode } from "react";

/** A line of the settings: what it is, a note beneath, and its value or control at the end. */
export const SettingLine = ({
  name,
  note,
  children,
}: {
  name: string;
  note?: string;
  children?: ReactNode;
}): ReactElement => (
  <div className="setting">
    <p>
      {name}
      {note !== undefined && <small>{note}</small>}
    </p>
    {children}
  </div>
);
