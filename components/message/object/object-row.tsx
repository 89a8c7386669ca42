"use client";

import type { ReactElement } from "react";
import type { ObjectPart } from "#lib/protocol/message.ts";
import { Row } from "../row.tsx";
import { ObjectCard } from "./object-card.tsx";

interface ObjectRowProps {
  /** Its attempts, oldest first: the newest takes the place of the others. */
  parts: readonly ObjectPart[];
  isLive: boolean;
  /** It is the newest row. */
  isTail: boolean;
}

/** An object as a row on the spine. */
export function ObjectRow({ parts, isLive, isTail }: ObjectRowProps): ReactElement | null {
  const part = parts.at(-1);
  if (!part) return null;
  return (
    <Row tick="card" tone={isTail && isLive && part.endedAt === undefined && "live"}>
      <ObjectCard {...{ part, isLive }} earlier={parts.slice(0, -1)} />
    </Row>
  );
}
