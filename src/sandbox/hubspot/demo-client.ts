import { COMPANY_WORDS, CONTACT_NAMES, TRADES } from "./demo-names.ts";
import type { Pipeline } from "./pipelines.ts";
import type { LinkTo, SandboxPortal } from "./portal.ts";

/** One client of the demo account. */
export interface DemoClient {
  index: number;
  ownerId: string;
  /** when its first deal was won, epoch ms; null = still a prospect */
  wonAt: number | null;
  /** 0 = fading, 1 = thriving */
  mood: number;
  renewals: Pipeline;
}

const DAY = 86_400_000;
const HOUR = 3_600_000;
const STAGES = [
  "appointmentscheduled",
  "qualifiedtobuy",
  "presentationscheduled",
  "decisionmakerboughtin",
  "contractsent",
];
/** Below this mood a client is about to leave: it answers nothing any more, comes to no meeting and leaves its invoices lying. */
const LEAVING = 0.15;
/** Below this one it is on the way there. */
const FADING = 0.25;
const HISTORY = { source: { changeSource: "CRM_UI", sourceId: "userId:9100423" }, quiet: true, settled: true } as const;

type Random = () => number;

/** The company with its people, deals and history. */
export function addCompany(portal: SandboxPortal, client: DemoClient, random: Random, now: number): void {
  const { index, ownerId } = client;
  const [word] = COMPANY_WORDS[index % COMPANY_WORDS.length]!;
  const name = `${word} ${TRADES[Math.floor(index / COMPANY_WORDS.length) % TRADES.length]} ${index + 1}`;
  const domain = `client-${index + 1}.example`;
  const firstSeenAt = (client.wonAt ?? now) - Math.round((20 + random() * 60) * DAY);
  const employees = Math.round(
    random() < 0.2 ? 100 + random() * 900 : random() < 0.5 ? 3 + random() * 16 : 20 + random() * 80,
  );
  const company = portal.create(
    "company",
    {
      name,
      domain,
      numberofemployees: String(employees),
      hubspot_owner_id: ownerId,
      lifecyclestage: "opportunity",
    },
    [],
    { ...HISTORY, at: firstSeenAt },
  );
  const people = addContacts(portal, client, company.id, domain, random, firstSeenAt);
  const links: LinkTo[] = [{ objectType: "company", id: company.id }, ...people.slice(0, 1)];
  if (client.wonAt !== null) {
    const moment = { at: client.wonAt, quiet: true, settled: true };
    portal.update("company", company.id, { lifecyclestage: "customer" }, HISTORY.source, moment);
  }
  const deal = addDeals(portal, client, name, links, random, now, firstSeenAt);
  addHistory(portal, client, name, [...links, deal], random, now, firstSeenAt);
  if (client.wonAt !== null) addInvoices(portal, client, links, random, now);
}

function addContacts(
  portal: SandboxPortal,
  client: DemoClient,
  companyId: string,
  domain: string,
  random: Random,
  at: number,
): LinkTo[] {
  const count = 1 + Math.floor(random() * 3);
  return Array.from({ length: count }, (_, offset) => {
    const [firstname, lastname] = CONTACT_NAMES[(client.index * 3 + offset) % CONTACT_NAMES.length]!;
    const values = {
      firstname,
      lastname,
      email: `contact${offset + 1}@${domain}`,
      phone: `+49 30 555 ${String(1_000 + client.index * 3 + offset)}`,
      hubspot_owner_id: client.ownerId,
      hs_buying_role: offset === 0 ? "DECISION_MAKER" : "END_USER",
    };
    const contact = portal.create("contact", values, [{ objectType: "company", id: companyId }], {
      ...HISTORY,
      at: at + offset,
    });
    return { objectType: "contact", id: contact.id };
  });
}

/** The first deal, walked through its stages, and for older clients a renewal. Answers the first one. */
function addDeals(
  portal: SandboxPortal,
  client: DemoClient,
  name: string,
  links: readonly LinkTo[],
  random: Random,
  now: number,
  firstSeenAt: number,
): LinkTo {
  const { wonAt, ownerId } = client;
  const amount = String(Math.round((1 + random() * 40) * 100) * 5);
  const values = {
    dealname: name,
    amount,
    dealtype: "newbusiness",
    dealstage: STAGES[0]!,
    pipeline: "default",
    hubspot_owner_id: ownerId,
  };
  const deal = portal.create("deal", values, links, { ...HISTORY, at: firstSeenAt });
  const steps = wonAt === null ? 1 + Math.floor(random() * 4) : STAGES.length;
  const span = (wonAt ?? now - DAY) - firstSeenAt;
  for (let step = 1; step < steps; step++) {
    const at = firstSeenAt + Math.round((span * step) / (steps + 1));
    portal.update("deal", deal.id, { dealstage: STAGES[step]! }, HISTORY.source, { at, quiet: true, settled: true });
  }
  const linked: LinkTo = { objectType: "deal", id: deal.id };
  if (wonAt === null) return linked;
  portal.update("deal", deal.id, { dealstage: "closedwon" }, HISTORY.source, { at: wonAt, quiet: true, settled: true });
  if (wonAt > now - 250 * DAY) return linked;
  const renewal = {
    dealname: `${name} renewal`,
    amount,
    dealtype: "existingbusiness",
    pipeline: client.renewals.id,
    dealstage: client.renewals.stages[0]!.id,
    hubspot_owner_id: ownerId,
    closedate: String(wonAt + 365 * DAY),
  };
  portal.create("deal", renewal, links, { ...HISTORY, at: wonAt + 200 * DAY });
  return linked;
}

/** Meetings, e-mails and tickets since the first contact. Who fades is heard of less in the last two months, who is leaving not at all. */
function addHistory(
  portal: SandboxPortal,
  client: DemoClient,
  name: string,
  links: readonly LinkTo[],
  random: Random,
  now: number,
  from: number,
): void {
  const { mood } = client;
  const fadesAt = mood < FADING ? now - 70 * DAY : now;
  for (let at = from + DAY; at < now; at += Math.round((1 + random() * 6) * DAY)) {
    const isQuiet = at > fadesAt;
    if (isQuiet && random() < (mood < LEAVING ? 0.4 : 0.6)) continue;
    const when = Math.min(at + Math.round(random() * 8) * HOUR, now - HOUR);
    const kind = random();
    const moment = { ...HISTORY, at: when };
    if (kind < 0.25) {
      const isMissed = random() < 0.3 - mood * 0.3 || (isQuiet && mood < LEAVING);
      const times = {
        hs_timestamp: String(when),
        hs_meeting_start_time: String(when),
        hs_meeting_end_time: String(when + HOUR),
      };
      const outcome = isMissed ? "NO_SHOW" : "COMPLETED";
      portal.create(
        "meeting",
        { ...times, hs_meeting_title: `Review with ${name}`, hs_meeting_outcome: outcome },
        links,
        moment,
      );
    } else if (kind < 0.9) {
      const direction = random() < 0.5 || (isQuiet && mood < LEAVING) ? "EMAIL" : "INCOMING_EMAIL";
      const text = {
        hs_email_subject: `About ${name}`,
        hs_email_text: "Thank you, we will look at it together next week.",
      };
      const values = { ...text, hs_timestamp: String(when), hs_email_direction: direction, hs_email_status: "SENT" };
      portal.create("email", values, links, moment);
    } else {
      addTicket(portal, client, name, links, random, when, now);
    }
  }
}

function addTicket(
  portal: SandboxPortal,
  client: DemoClient,
  name: string,
  links: readonly LinkTo[],
  random: Random,
  at: number,
  now: number,
): void {
  const priority = random() < 0.3 - client.mood * 0.2 ? "HIGH" : "MEDIUM";
  const values = {
    subject: `Help for ${name}`,
    hs_pipeline: "0",
    hs_pipeline_stage: "1",
    hs_ticket_priority: priority,
  };
  const ticket = portal.create("ticket", values, links, { ...HISTORY, at });
  const closedAt = at + Math.round((1 + random() * 9) * DAY);
  if (closedAt > now || (client.mood < LEAVING && random() < 0.5)) return;
  portal.update("ticket", ticket.id, { hs_pipeline_stage: "4" }, HISTORY.source, {
    at: closedAt,
    quiet: true,
    settled: true,
  });
}

/** One invoice a month since the deal was won; fading clients pay late and then not at all. */
function addInvoices(
  portal: SandboxPortal,
  client: DemoClient,
  links: readonly LinkTo[],
  random: Random,
  now: number,
): void {
  for (let at = client.wonAt! + DAY, number = 1; at < now; at += 30 * DAY, number++) {
    const dueAt = at + 14 * DAY;
    const late = client.mood < FADING ? Math.round(random() * 25) : Math.round(random() * 3);
    const paid = dueAt + late * DAY < now && !(client.mood < LEAVING && at > now - 75 * DAY);
    const amount = String(200 + client.index * 10);
    const values = {
      hs_number: `INV-${client.index + 1}-${number}`,
      hs_invoice_status: "open",
      hs_invoice_date: String(at),
      hs_due_date: String(dueAt),
      hs_amount_billed: amount,
      hs_balance_due: amount,
      hs_currency: portal.currency,
    };
    const invoice = portal.create("invoice", values, links, { ...HISTORY, at });
    if (!paid) continue;
    const settled = { hs_invoice_status: "paid", hs_balance_due: "0" };
    portal.update("invoice", invoice.id, settled, HISTORY.source, {
      at: dueAt + late * DAY,
      quiet: true,
      settled: true,
    });
  }
}
