"use client";

import { type ReactElement, useEffect, useRef } from "react";
import type { Drafts } from "#lib/client/drafts.ts";
import { RunningHead } from "../conversation/running-head.tsx";
import { goOnClick } from "../ui/go.ts";
import { useWords } from "../ui/words-provider.tsx";
import { AppearanceRoom } from "./appearance-room.tsx";
import { BrowserRoom } from "./browser-room.tsx";
import { DataRoom } from "./data-room.tsx";
import { DeleteRoom } from "./delete-room.tsx";
import { ModelRoom } from "./model-room.tsx";
import { type Room, roomPath, rooms } from "./rooms.ts";
import type { ServerFacts } from "./server-facts.ts";

interface SettingsPageProps {
  room: Room;
  facts: ServerFacts;
  drafts: Drafts;
  onMenu(): void;
}

/** The settings, a room at a time, in the frame of the conversations. */
export function SettingsPage({ room, facts, drafts, onMenu }: SettingsPageProps): ReactElement {
  const t = useWords();
  const before = useRef(room);
  useEffect(() => {
    // Another room begins at its head; coming in from a conversation as well.
    if (before.current !== room || window.scrollY > 0) window.scrollTo({ top: 0, behavior: "instant" });
    before.current = room;
  }, [room]);
  return (
    <main className="page" id="settings" tabIndex={-1}>
      <RunningHead title={t("settings.title")} tab={t(`settings.${room}`)} onMenu={onMenu} />
      <div className="flow">
        <div className="column set">
          <nav aria-label={t("settings.title")}>
            {rooms.map((each) => (
              <a
                key={each}
                className="btn"
                href={roomPath(each)}
                aria-current={each === room ? "page" : undefined}
                onClick={goOnClick()}
              >
                {t(`settings.${each}`)}
              </a>
            ))}
          </nav>
          <section aria-labelledby="room">
            <h2 id="room">{t(`settings.${room}`)}</h2>
            <p className="lead">{t(`settings.${room}.lead`)}</p>
            <RoomView {...{ room, facts, drafts }} />
          </section>
        </div>
      </div>
    </main>
  );
}

function RoomView({ room, facts, drafts }: Omit<SettingsPageProps, "onMenu">): ReactElement {
  switch (room) {
    case "model":
      return <ModelRoom facts={facts} />;
    case "appearance":
      return <AppearanceRoom theme={facts.theme} />;
    case "browser":
      return <BrowserRoom drafts={drafts} />;
    case "data":
      return <DataRoom {...facts} />;
    case "delete":
      return <DeleteRoom drafts={drafts} />;
    default:
      return room satisfies never;
  }
}
