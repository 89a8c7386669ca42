"use client";

import { type ReactElement, useEffect, useState } from "react";
import { type McpServersResult, readMcpServers } from "#lib/client/mcp-requests.ts";
import { showHidden } from "#lib/client/show-hidden.ts";
import type { McpServerState } from "#lib/protocol/mcp-server-state.ts";
import { useTranslate } from "../ui/i18n-provider.tsx";
import type { ServerDetails } from "./server-details.ts";
import { SettingLine } from "./setting-line.tsx";

/** Whether code of models is run, and the tools of other programs. */
export const ToolsSection = ({ details }: { details: ServerDetails }): ReactElement => (
  <>
    <CodeLine details={details} />
    <ToolServers />
  </>
);

function CodeLine({ details: { code } }: { details: ServerDetails }): ReactElement {
  const t = useTranslate();
  const note = code ? t("code.on.note", { ...code }) : t("code.off.note");
  return (
    <SettingLine name={t("code.name")} note={note}>
      <span className="text-ink-2">{t(code ? "code.on" : "code.off")}</span>
    </SettingLine>
  );
}

/** The MCP servers that the operator named: where each is, whether it is there, and its tools. */
function ToolServers(): ReactElement {
  const t = useTranslate();
  const [result, setResult] = useState<McpServersResult>();
  useEffect(() => {
    const left = new AbortController();
    void readMcpServers(left.signal).then((next) => {
      if (!left.signal.aborted) setResult(next);
    });
    return () => left.abort();
  }, []);
  if (!result) return <SettingLine name={t("mcp.loading")} />;
  if ("problem" in result) return <SettingLine name={t("mcp.failed")} />;
  const { servers } = result.value;
  if (servers.length === 0) return <SettingLine name={t("mcp.none")} note={t("mcp.none.note")} />;
  return (
    <>
      {servers.map((server) => (
        <ServerLine key={server.name} server={server} />
      ))}
    </>
  );
}

function ServerLine({ server }: { server: McpServerState }): ReactElement {
  const t = useTranslate();
  const { name, type, where, state, failure, tools, leftOut } = server;
  const why = failure && t("mcp.failure", { why: t(`mcp.failure.${failure}`) });
  return (
    <div className="setting tall">
      <SettingLine name={name} note={t(`mcp.${type}`, { where })}>
        <span className="text-ink-2">{t(`mcp.${state}`)}</span>
      </SettingLine>
      {why !== undefined && <small>{why}</small>}
      {state === "ready" && (
        <details>
          <summary>{t("mcp.tools", { n: tools.length })}</summary>
          <ul>
            {tools.map((tool) => (
              <li key={tool.name}>
                <code>{showHidden(tool.name)}</code>
                <small>
                  {t(`effect.${tool.effect}`)} · {showHidden(firstLine(tool.description))}
                </small>
              </li>
            ))}
          </ul>
          {leftOut > 0 && <small>{t("mcp.leftout", { n: leftOut })}</small>}
        </details>
      )}
    </div>
  );
}

const firstLine = (text: string): string => text.trim().split("\n", 1)[0] ?? "";
