/** The portal's page with its slider open: the panel from the right in which Bitrix24 shows a record's card or an application, its own page behind. */
import { escapeHtml } from "../html.ts";
import type { User } from "./org.ts";
import type { SandboxPortal } from "./portal.ts";

const RECORDS: Readonly<Record<string, { typeId: number; words: number }>> = {
  CRM_DEAL_DETAIL_TAB: { typeId: 2, words: 0 },
  CRM_CONTACT_DETAIL_TAB: { typeId: 3, words: 1 },
  CRM_COMPANY_DETAIL_TAB: { typeId: 4, words: 2 },
};

interface Words {
  /** of the portal's own menu */
  menu: readonly string[];
  kinds: readonly [deal: string, contact: string, company: string];
  /** tabs of a record's card, before and after the application's */
  general: string;
  history: string;
  close: string;
}

/** By the portal's language; Bitrix24 spells Ukrainian "ua". */
const WORDS: Readonly<Record<string, Words>> = {
  en: {
    menu: ["Feed", "Tasks and projects", "CRM", "Calendar", "Employees"],
    kinds: ["Deal", "Contact", "Company"],
    general: "General",
    history: "History",
    close: "Close",
  },
  ru: {
    menu: ["Лента", "Задачи и проекты", "CRM", "Календарь", "Сотрудники"],
    kinds: ["Сделка", "Контакт", "Компания"],
    general: "Общие",
    history: "История",
    close: "Закрыть",
  },
  ua: {
    menu: ["Стрічка", "Задачі й проєкти", "CRM", "Календар", "Співробітники"],
    kinds: ["Угода", "Контакт", "Компанія"],
    general: "Загальні",
    history: "Історія",
    close: "Закрити",
  },
  ro: {
    menu: ["Flux", "Sarcini și proiecte", "CRM", "Calendar", "Angajați"],
    kinds: ["Tranzacție", "Contact", "Companie"],
    general: "General",
    history: "Istoric",
    close: "Închide",
  },
};

const STYLE = `*{box-sizing:border-box}body{margin:0;height:100vh;overflow:hidden;font:15px/1.4 system-ui,sans-serif;background:#2f6f8f;color:#333f4a}
.portal{position:fixed;inset:0;padding:4.2rem 1rem;color:#fff;width:15rem}.portal li{list-style:none;padding:.55rem .4rem}.portal ul{margin:0;padding:0}
.shade{position:fixed;inset:0;background:rgba(20,30,40,.45)}
.slider{position:fixed;inset:0 0 0 6.5rem;background:#eef2f4;overflow:auto;padding:1rem 1.2rem 2rem}
.close{position:fixed;left:3.4rem;top:1rem;width:3.1rem;text-align:center;line-height:2.4rem;background:#2fc6f6;color:#fff;text-decoration:none;border-radius:1.2rem 0 0 1.2rem;font-size:1.4rem}
h1{font-size:1.5rem;font-weight:400;margin:.1rem 0 .8rem}.tabs{display:flex;gap:.2rem;margin:0;padding:0;list-style:none}.tabs li{padding:.5rem 1rem;border-radius:8px 8px 0 0;color:#525c69}
.tabs .on{background:#fff;color:#333f4a;font-weight:600}#app{display:block;width:100%;height:44rem;border:0;background:#fff;border-radius:0 0 8px 8px}
@media(max-width:48rem){.portal,.shade{display:none}.slider{left:0;padding:3.2rem 0 0}.slider h1,.tabs{margin-left:.7rem}.close{left:.5rem;top:.4rem;border-radius:1.2rem}}`;

/** What a record's card or the application is called in the slider's head. */
function titleOf(portal: SandboxPortal, words: Words, placement: string, id: string | null): string {
  const record = RECORDS[placement];
  const row = record && portal.crm.table(record.typeId).get(Number(id));
  if (!record || !row) return appName(portal, placement);
  const name = [row.title, row.name, row.lastName].filter((part) => typeof part === "string" && part !== "").join(" ");
  return `${words.kinds[record.words]}: ${name}`;
}

function appName(portal: SandboxPortal, placement: string): string {
  const bound = portal.app.placements.find((one) => one.placement === placement) ?? portal.app.placements[0];
  return bound?.title || portal.sandbox.options.appCode;
}

/**
 * The page. `frame` is the application's frame and `behind` what comes with it, both HTML and already safe; `home` closes the slider. A record's
 * card has tabs, of which the application is one; from the menu it fills the slider. As in Bitrix24 the slider scrolls, and the frame in it is as
 * high as the application says.
 */
export function sliderPage(
  portal: SandboxPortal,
  user: User,
  { placement, id, home }: { placement: string; id: string | null; home: string },
  frame: string,
  behind: string,
): string {
  const words = WORDS[portal.language] ?? WORDS.en!;
  const title = titleOf(portal, words, placement, id);
  const tabs = [words.general, appName(portal, placement), words.history];
  const row = (text: string, at: number) => `<li${at === 1 ? ' class="on"' : ""}>${escapeHtml(text)}</li>`;
  return `<!doctype html><html lang="${portal.language === "ua" ? "uk" : escapeHtml(portal.language)}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(`${portal.domain}: ${user.name} ${user.lastName}`)}</title><style>${STYLE}</style></head><body>
<div class="portal"><ul>${words.menu.map((text) => `<li>${escapeHtml(text)}</li>`).join("")}</ul></div><div class="shade"></div>
<a class="close" href="${escapeHtml(home)}" aria-label="${words.close}">×</a>
<main class="slider"><h1>${escapeHtml(title)}</h1>${RECORDS[placement] ? `<ul class="tabs">${tabs.map(row).join("")}</ul>` : ""}
${frame}</main>${behind}</body></html>`;
}
