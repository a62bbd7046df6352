/** Facts that were reported about a client (A8.14, A8.17), by whom and when, and what a person may report. */
import type { Day } from "../core/calendar/calendar.ts";
import { recordsOf } from "../core/client/plan-facts.ts";
import { isWithdrawable, learntDay } from "../core/client/reported.ts";
import { FACTS_OF_PEOPLE } from "../core/signal/fact.ts";
import type { Portal } from "../portal-open.ts";
import type { ClientReading } from "./client-reading.ts";
import { ownerOfActor } from "./history.ts";

export interface ReportsView {
  /** newest first */
  known: readonly {
    fact: string;
    /** epoch ms of the report, which tells it from others */
    at: number;
    /** an owner id, `user:<id>`, `workflow`, `client` */
    by: string;
    learntDay: Day;
    contact: ContactRef | null;
    isWithdrawable: boolean;
  }[];
  /** what may be reported, by code */
  facts: readonly string[];
  /** whom a report may be about */
  contacts: readonly ContactRef[];
}

/** Its name is asked for apart, by `key`. */
export interface ContactRef {
  id: string;
  /** `contact:17` */
  key: string;
  url: string;
}

/** Older reports count for little; the history has them. */
const KNOWN_MAX = 20;
const CONTACTS_MAX = 50;

export function reportsView(portal: Portal, { acts, facts, config }: ClientReading): ReportsView {
  const contactRef = (id: string): ContactRef => ({
    id,
    key: `contact:${id}`,
    url: portal.crm().recordUrl({ kind: "contact", id }),
  });
  return {
    known: acts.signals
      .slice(-KNOWN_MAX)
      .map((one) => ({
        fact: one.id,
        at: one.at,
        by: isWithdrawable(one) ? ownerOfActor(portal, one.by) : "client",
        learntDay: learntDay(one, config.zone),
        contact: one.contact === undefined ? null : contactRef(one.contact),
        isWithdrawable: isWithdrawable(one),
      }))
      .reverse(),
    facts: FACTS_OF_PEOPLE,
    contacts: recordsOf(facts, "contact")
      .slice(0, CONTACTS_MAX)
      .map(({ ref }) => contactRef(ref.id)),
  };
}
