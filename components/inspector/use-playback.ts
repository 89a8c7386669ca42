import { useEffect, useRef, useState } from "react";
import type { Inspection } from "#lib/client/inspector/inspection.ts";
import { type PlaybackSpeed, playbackSpeeds, playOn } from "#lib/client/inspector/playback.ts";
import { seqOfPart } from "#lib/client/inspector/seq-of-part.ts";
import { onNavigate } from "../ui/navigate.ts";

/** Which event of a run is shown, and what can be done about it. */
export interface Playback {
  /** 0: before the first one. */
  seq: number;
  /** The newest one is shown, whichever that is. */
  isAtEnd: boolean;
  isPlaying: boolean;
  speed: PlaybackSpeed;
  goTo(seq: number): void;
  /** From the beginning, where the end is shown. */
  toggle(): void;
  /** The next faster one, and after the fastest the slowest. */
  changeSpeed(): void;
}

/** Begins at the event that the address names, else at the end; another address leads to another event. */
export function usePlayback({ log, head, phase }: Inspection): Playback {
  const [chosen, setChosen] = useAddressed();
  const [isPlaying, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<PlaybackSpeed>(1);
  const isLive = phase === "live";
  const found = typeof chosen === "string" ? seqOfPart(log.events, chosen) : chosen;
  const seq = found === undefined ? head : Math.min(found, head);
  const isAtEnd = seq === head;
  const shown = useRef(seq);
  useEffect(() => {
    shown.current = seq;
  });
  useEffect(() => {
    if (!isPlaying) return;
    let position = { seq: shown.current, leftMs: 0 };
    let last = performance.now();
    let frame = requestAnimationFrame(function step(now) {
      position = playOn(log.events, position, Math.max(0, now - last), speed);
      last = now;
      const isOver = position.seq >= log.events.length;
      setChosen(isOver ? undefined : position.seq);
      if (isOver) setPlaying(false);
      else frame = requestAnimationFrame(step);
    });
    return () => cancelAnimationFrame(frame);
  }, [isPlaying, speed, log, setChosen]);

  function goTo(to: number): void {
    setPlaying(false);
    const next = Math.max(0, Math.min(head, Math.round(to)));
    setChosen(isLive && next === head ? undefined : next);
  }
  return {
    ...{ seq, isAtEnd, isPlaying, speed, goTo },
    toggle() {
      if (!isPlaying && isAtEnd) setChosen(1);
      setPlaying(!isPlaying);
    },
    changeSpeed: () =>
      setSpeed(playbackSpeeds[(playbackSpeeds.indexOf(speed) + 1) % playbackSpeeds.length] ?? 1),
  };
}

type SetChosen = (chosen: number | undefined) => void;

/** The event that was chosen last, or the part that the address names. */
function useAddressed(): [number | string | undefined, SetChosen] {
  const [chosen, setChosen] = useState(placeInAddress);
  useEffect(() => {
    const read = () => {
      const named = placeInAddress();
      if (named !== undefined) setChosen(named);
    };
    const unsubscribe = onNavigate(read);
    for (const went of ["popstate", "hashchange"]) window.addEventListener(went, read);
    return () => {
      unsubscribe();
      for (const went of ["popstate", "hashchange"]) window.removeEventListener(went, read);
    };
  }, []);
  return [chosen, setChosen];
}

/** `#42`, or `#at=` and a part; undefined on the server too. */
function placeInAddress(): number | string | undefined {
  const named = typeof location === "undefined" ? "" : location.hash.slice(1);
  if (/^\d{1,9}$/.test(named)) return Number(named);
  return named.startsWith("at=") ? decodeHash(named.slice(3)) : undefined;
}

function decodeHash(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
