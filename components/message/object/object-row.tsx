"use client";

import type { ReactElement } from "react";
import type { ObjectPart } from "#lib/protocol/message.ts";
import { usePaced } from "../../ui/use-paced.ts";
import { Row } from "../row.tsx";
import { ObjectCard } from "./object-card.tsx";

interface ObjectRowProps extends PacedCardProps {
  /** It is the newest row. */
  isTail: boolean;
}

/** An object as a row on the spine. */
export function ObjectRow({ parts, isLive, isTail }: ObjectRowProps): ReactElement | null {
  const newest = parts.at(-1);
  return newest ? (
    <Row
      tick="card"
      kind="card-row"
      tone={isTail && isLive && newest.endedAt === undefined && "live"}
      at={newest.id}
    >
      <PacedCard {...{ parts, isLive }} />
    </Row>
  ) : null;
}

interface PacedCardProps {
  /** The attempts at one object, oldest first: the newest takes the place of the others. */
  parts: readonly ObjectPart[];
  /** Its run is still writing. */
  isLive: boolean;
}

/** A card whose value changes 20 times a second at most, and is whole as soon as the object is. */
export function PacedCard({ parts, isLive }: PacedCardProps): ReactElement | null {
  const newest = parts.at(-1);
  const paced = usePaced(newest, !isLive || newest?.endedAt !== undefined);
  const part = paced?.id === newest?.id ? paced : newest;
  return part ? <ObjectCard {...{ part, isLive }} earlier={parts.slice(0, -1)} /> : null;
}
