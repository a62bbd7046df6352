/** What every card and page does alike: ask, show that it asks, try again, act, open a full page. */
import { useExtensionActions, useExtensionContext } from "@hubspot/ui-extensions";
import { useCallback, useEffect, useState } from "react";
import { type OpenReply, PATHS, type Refused } from "./contract.ts";
import { ask, baseUrlOf } from "./server.ts";
import { type Language, languageOf, wordsOf } from "./words.ts";

type Location = "crm.record.tab" | "crm.record.sidebar" | "settings" | "pages";

export type Asked<Reply> =
  | { is: "loading" }
  | { is: "away" }
  | { is: "unset" }
  | { is: "here"; reply: Reply | Refused };

export interface Tenure<Reply> {
  language: Language;
  asked: Asked<Reply>;
  reload: () => Promise<void>;
  /** @returns null when nothing readable came back */
  post: <Answer extends { ok: boolean }>(path: string, body: object) => Promise<Answer | Refused | null>;
  /** opens a full page of Tenure in a frame; what was changed there is read again afterwards */
  open: (to: string, title: string) => Promise<void>;
}

/** @param query of the record that is open, if any; has to stay the same text between renderings */
export function useTenure<Reply extends { ok: boolean }>(path: string, query: string): Tenure<Reply> {
  const { user, variables } = useExtensionContext<Location>();
  const { addAlert, openIframeModal } = useExtensionActions<Location>();
  const language = languageOf(user.language ?? user.locale);
  const base = baseUrlOf(variables);
  const [asked, setAsked] = useState<Asked<Reply>>({ is: "loading" });

  const reload = useCallback(async () => {
    if (base === null) return setAsked({ is: "unset" });
    const reply = await ask<Reply>(base, path, parametersOf(query, language));
    setAsked(reply === null ? { is: "away" } : { is: "here", reply });
  }, [base, path, query, language]);

  useEffect(() => {
    reload();
  }, [reload]);

  const post: Tenure<Reply>["post"] = (door, body) => ask(base ?? "", door, parametersOf(query, language), body);

  const open: Tenure<Reply>["open"] = async (to, title) => {
    const reply = await post<OpenReply>(PATHS.open, { to });
    if (reply?.ok) return openIframeModal({ uri: reply.url, width: 1200, height: 800, title, flush: true }, reload);
    const words = wordsOf(language);
    addAlert({ type: "danger", title: words["action-failed"], message: reply?.text ?? words.away });
  };

  return { language, asked, reload, post, open };
}

function parametersOf(query: string, language: Language): Record<string, string> {
  return { ...(JSON.parse(query) as Record<string, string>), language };
}
