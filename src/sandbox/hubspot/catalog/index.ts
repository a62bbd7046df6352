import { CALLS, COMMUNICATIONS, EMAILS, MEETINGS, NOTES, TASKS } from "./activities.ts";
import { FEEDBACK, INVOICES, LINE_ITEMS, PAYMENTS, SUBSCRIPTIONS, USERS } from "./commerce.ts";
import { COMPANIES, CONTACTS, DEALS, TICKETS } from "./records.ts";
import type { TypeCatalog } from "./seed.ts";

/** What each object type has out of the box, by type id. */
export const CATALOG: Readonly<Record<string, TypeCatalog>> = {
  "0-1": CONTACTS,
  "0-2": COMPANIES,
  "0-3": DEALS,
  "0-5": TICKETS,
  "0-8": LINE_ITEMS,
  "0-18": COMMUNICATIONS,
  "0-19": FEEDBACK,
  "0-27": TASKS,
  "0-46": NOTES,
  "0-47": MEETINGS,
  "0-48": CALLS,
  "0-49": EMAILS,
  "0-53": INVOICES,
  "0-69": SUBSCRIPTIONS,
  "0-101": PAYMENTS,
  "0-115": USERS,
};
