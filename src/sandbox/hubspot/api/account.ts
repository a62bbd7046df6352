import { type Answer, type Call, EMPTY, ok, type Route } from "../call.ts";

/** Account details and uninstalling from the app's side (facts sheet 2.4, 2.5). */
function details(call: Call): Answer {
  const { portal, crm } = call;
  const offset = utcOffsetMs(portal.timeZone, crm.now());
  const sign = offset < 0 ? "-" : "+";
  const minutes = Math.abs(offset) / 60_000;
  const pad = (value: number) => String(Math.floor(value)).padStart(2, "0");
  return ok({
    portalId: portal.hubId,
    accountType: portal.accountType,
    timeZone: portal.timeZone,
    companyCurrency: portal.currency,
    additionalCurrencies: [],
    utcOffset: `${sign}${pad(minutes / 60)}:${pad(minutes % 60)}`,
    utcOffsetMilliseconds: offset,
    uiDomain: "app.hubspot.com",
    dataHostingLocation: "na1",
  });
}

function utcOffsetMs(timeZone: string, at: number): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(at);
  const part = (type: string) => Number(parts.find((found) => found.type === type)!.value);
  const local = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return local - Math.floor(at / 1_000) * 1_000;
}

function uninstall(call: Call): Answer {
  call.portal.uninstall();
  return EMPTY;
}

const oauth = () => ["oauth"];

export const ACCOUNT_ROUTES: readonly Route[] = [
  { method: "GET", path: "/account-info/2026-09/details", scopes: oauth, handle: details },
  { method: "DELETE", path: "/appinstalls/2026-09/external-install", scopes: oauth, handle: uninstall },
];
