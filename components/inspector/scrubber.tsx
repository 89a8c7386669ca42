import { type KeyboardEvent, type PointerEvent, type ReactElement, useMemo } from "react";
import type { Inspection } from "#lib/client/inspector/inspection.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { Icon } from "../ui/icon.tsx";
import { ForkAction } from "./fork-action.tsx";
import { formatClockSeconds } from "./format-seconds.ts";
import { strokesOf } from "./strokes.ts";
import type { Playback } from "./use-playback.ts";
import { useWords } from "./use-words.ts";

interface ScrubberProps {
  inspection: Inspection;
  playback: Playback;
  runId: string;
}

/** Where the replay stands: a stroke for each event, a handle, and what plays it. */
export function Scrubber({ inspection, playback, runId }: ScrubberProps): ReactElement {
  const { log, head } = inspection;
  const { seq, isPlaying, speed, goTo, toggle, changeSpeed } = playback;
  const t = useTranslate();
  const w = useWords();
  const [first] = log.events;
  const timeOf = (at: number) => formatClockSeconds((log.events[at - 1]?.ts ?? 0) - (first?.ts ?? 0));
  const time = timeOf(Math.max(1, seq));
  const speedWord = speed === "max" ? w("speed.max") : `${speed}×`;
  return (
    <div className="scrub">
      <Track
        {...{ inspection, seq, goTo }}
        words={w("position.value", { n: seq, all: head, time: t("amount.seconds", { n: time }) })}
      />
      <div className="acts">
        <span>
          <IconButton icon="first" label={w("first")} onClick={() => goTo(1)} />
          <IconButton
            icon={isPlaying ? "pause" : "play"}
            label={w(isPlaying ? "pause" : "play")}
            onClick={toggle}
          />
          <button
            type="button"
            className="btn"
            aria-label={w("speed", { speed: speedWord })}
            onClick={changeSpeed}
          >
            {speedWord}
          </button>
        </span>
        <span className="n figures">{w("position.of", { time, all: timeOf(head) })}</span>
        <ForkAction {...{ runId, seq }} />
      </div>
    </div>
  );
}

interface TrackProps {
  inspection: Inspection;
  seq: number;
  words: string;
  goTo(seq: number): void;
}

const width = 380;

function Track({ inspection, seq, words, goTo }: TrackProps): ReactElement {
  const { log, head } = inspection;
  const w = useWords();
  const strokes = useMemo(() => strokesOf(log.events.slice(0, head), width), [log, head]);
  const at = strokes.xOf(Math.max(1, seq));
  function point({ currentTarget, clientX, buttons }: PointerEvent<HTMLDivElement>): void {
    if (buttons !== 1) return;
    const { left, width: shown } = currentTarget.getBoundingClientRect();
    goTo(Math.max(1, strokes.seqAt(((clientX - left) / shown) * width)));
  }
  function onKeyDown(event: KeyboardEvent): void {
    const page = Math.max(1, Math.round(head / 20));
    const to = {
      ...{ ArrowRight: seq + 1, ArrowUp: seq + 1, ArrowLeft: seq - 1, ArrowDown: seq - 1 },
      ...{ PageUp: seq + page, PageDown: seq - page, Home: 1, End: head },
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    goTo(Math.max(1, to));
  }
  return (
    <div
      className="track"
      // It has strokes, and as many places as there are events.
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="slider"
      tabIndex={0}
      aria-label={w("position")}
      aria-valuemin={1}
      aria-valuemax={head}
      aria-valuenow={Math.max(1, seq)}
      aria-valuetext={words}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        point(event);
      }}
      onPointerMove={point}
    >
      <svg viewBox={`0 0 ${width} 32`} preserveAspectRatio="none" aria-hidden="true">
        <path className="later" d={strokes.path(at, width)} />
        <path d={strokes.path(0, at)} />
        <path className="handle" d={`M${at} 4V32`} />
        <path className="grip" d={`M${at - 5} 0h10v5l-5 5-5-5z`} />
      </svg>
    </div>
  );
}

interface IconButtonProps {
  icon: "first" | "play" | "pause";
  label: string;
  onClick(): void;
}

const IconButton = ({ icon, label, onClick }: IconButtonProps): ReactElement => (
  <button type="button" className="btn icon" aria-label={label} title={label} onClick={onClick}>
    {icon === "pause" ? <Icon name="ask" /> : <PlayIcon isFirst={icon === "first"} />}
  </button>
);

/** Signs that no other page has. */
const PlayIcon = ({ isFirst }: { isFirst: boolean }): ReactElement => (
  <svg aria-hidden="true" viewBox="0 0 16 16">
    {isFirst ? (
      <path d="M4 3.5v9M12 3.5 6.5 8l5.5 4.5z" />
    ) : (
      <path d="M5 3v10l8-5z" fill="currentColor" stroke="none" />
    )}
  </svg>
);
