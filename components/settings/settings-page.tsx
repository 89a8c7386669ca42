"use client";

import { type ReactElement, useEffect, useRef } from "react";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { navigateOnClick } from "../ui/navigate.ts";
import { PageHeader } from "../ui/page-header.tsx";
import { ReadyControls } from "../ui/ready-controls.tsx";
import { AppearanceSection } from "./appearance-section.tsx";
import { BrowserSection } from "./browser-section.tsx";
import { DataSection } from "./data-section.tsx";
import { DeleteSection } from "./delete-section.tsx";
import { ModelSection } from "./model-section.tsx";
import { SchedulesSection } from "./schedules-section.tsx";
import { type Section, sectionPath, sections } from "./sections.ts";
import type { ServerDetails } from "./server-details.ts";
import { ToolsSection } from "./tools-section.tsx";
import { useSectionWords } from "./use-section-words.ts";

interface SettingsPageProps {
  section: Section;
  details: ServerDetails;
  onMenu(): void;
}

/** The settings, a section at a time, in the frame of the conversations. */
export function SettingsPage({ section, details, onMenu }: SettingsPageProps): ReactElement {
  const t = useTranslate();
  const { title, lead } = useSectionWords();
  const before = useRef(section);
  useEffect(() => {
    // Another section begins at its head; coming in from a conversation as well.
    if (before.current !== section || window.scrollY > 0) window.scrollTo({ top: 0, behavior: "instant" });
    before.current = section;
  }, [section]);
  return (
    <main className="page" id="settings" tabIndex={-1}>
      <PageHeader title={t("settings.title")} tab={title(section)} onMenu={onMenu} />
      <div className="flow">
        <div className="column set">
          <nav aria-label={t("settings.title")}>
            {sections.map((each) => (
              <a
                key={each}
                className="btn"
                href={sectionPath(each)}
                aria-current={each === section ? "page" : undefined}
                onClick={navigateOnClick()}
              >
                {title(each)}
              </a>
            ))}
          </nav>
          <section aria-labelledby="section">
            <h2 id="section">{title(section)}</h2>
            <p className="lead">{lead(section)}</p>
            <ReadyControls>
              <SectionView {...{ section, details }} />
            </ReadyControls>
          </section>
        </div>
      </div>
    </main>
  );
}

function SectionView({ section, details }: Omit<SettingsPageProps, "onMenu">): ReactElement {
  switch (section) {
    case "model":
      return <ModelSection details={details} />;
    case "tools":
      return <ToolsSection details={details} />;
    case "schedules":
      return <SchedulesSection />;
    case "appearance":
      return <AppearanceSection theme={details.theme} />;
    case "browser":
      return <BrowserSection />;
    case "data":
      return <DataSection {...details} />;
    case "delete":
      return <DeleteSection />;
    default:
      return section satisfies never;
  }
}
