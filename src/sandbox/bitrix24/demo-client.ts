import { COMPANY_NAMES, CONTACT_NAMES, TRADES } from "./demo-names.ts";
import type { SandboxPortal } from "./portal.ts";

/** Something that happened at an instant (epoch ms); a demo portal's past is a list of these, told in order. */
export interface Moment {
  at: number;
  happens(): void;
}

/** One client of the demo portal. */
export interface DemoClient {
  index: number;
  managerId: number;
  /** when its first deal was won, epoch ms; null = still a prospect */
  wonAt: number | null;
  /** 0 = fading, 1 = thriving */
  mood: number;
  renewalsId: number;
}

interface Ids {
  company: number;
  contacts: number[];
}

const DAY = 86_400_000;
const HOUR = 3_600_000;
/** Below this mood a client is about to leave: it is not heard of any more and leaves its invoices lying. */
const LEAVING = 0.09;
/** Below this one it is on the way there. */
const FADING = 0.25;
const STAGES = ["NEW", "PREPARATION", "PREPAYMENT_INVOICE", "EXECUTING"];

type Random = () => number;
type Tell = (at: number, happens: () => void) => void;

/** Everything that one client has done so far. */
export function clientMoments(portal: SandboxPortal, client: DemoClient, random: Random, now: number): Moment[] {
  const moments: Moment[] = [];
  const tell: Tell = (at, happens) => {
    if (at < now) moments.push({ at: Math.round(at), happens });
  };
  const { index } = client;
  const first = COMPANY_NAMES[index % COMPANY_NAMES.length]!;
  const name = `${first} ${TRADES[Math.floor(index / COMPANY_NAMES.length) % TRADES.length]} ${index + 1}`;
  const firstSeenAt = (client.wonAt ?? now) - Math.round((20 + random() * 60) * DAY);
  const ids: Ids = { company: 0, contacts: [] };
  const size = `EMPLOYEES_${1 + Math.floor(random() * 4)}`;
  const people = 1 + Math.floor(random() * 3);
  tell(firstSeenAt, () => {
    ids.company = portal.create(
      "company",
      { title: name, typeId: "CUSTOMER", employees: size, assignedById: client.managerId },
      client.managerId,
    );
    for (let offset = 0; offset < people; offset++) ids.contacts.push(addContact(portal, client, ids.company, offset));
  });
  dealMoments(portal, client, name, ids, random, now, firstSeenAt, tell);
  talkMoments(portal, client, name, ids, random, now, firstSeenAt, tell);
  if (client.wonAt !== null) invoiceMoments(portal, client, ids, random, now, tell);
  return moments;
}

function addContact(portal: SandboxPortal, client: DemoClient, companyId: number, offset: number): number {
  const [name, lastName] = CONTACT_NAMES[(client.index * 3 + offset) % CONTACT_NAMES.length]!;
  const fm = [
    { typeId: "EMAIL", valueType: "WORK", value: `person${offset + 1}@customer-${client.index + 1}.example` },
    { typeId: "PHONE", valueType: "WORK", value: `+49 40 555 ${String(2000 + client.index * 3 + offset)}` },
  ];
  return portal.create("contact", { name, lastName, companyId, fm, assignedById: client.managerId }, client.managerId);
}

/** The first deal through its stages, and a renewal for older clients. */
function dealMoments(
  portal: SandboxPortal,
  client: DemoClient,
  name: string,
  ids: Ids,
  random: Random,
  now: number,
  firstSeenAt: number,
  tell: Tell,
): void {
  const { wonAt, managerId } = client;
  const opportunity = Math.round((1 + random() * 40) * 100) * 5;
  let dealId = 0;
  const deal = (extra: Record<string, unknown>) =>
    portal.create(
      "deal",
      { title: name, opportunity, companyId: ids.company, contactIds: ids.contacts, assignedById: managerId, ...extra },
      managerId,
    );
  tell(firstSeenAt + HOUR, () => {
    dealId = deal({});
  });
  const steps = wonAt === null ? 1 + Math.floor(random() * (STAGES.length - 1)) : STAGES.length;
  const span = (wonAt ?? now - DAY) - firstSeenAt;
  for (let step = 1; step < steps; step++) {
    tell(firstSeenAt + (span * step) / (steps + 1), () =>
      portal.update("deal", dealId, { stageId: STAGES[step]! }, managerId),
    );
  }
  if (wonAt === null) return;
  tell(wonAt, () => portal.update("deal", dealId, { stageId: "WON" }, managerId));
  if (wonAt < now - 250 * DAY) {
    const closedate = new Date(wonAt + 365 * DAY).toISOString().slice(0, 10);
    const { renewalsId } = client;
    tell(wonAt + 200 * DAY, () => {
      deal({ title: `${name} renewal`, categoryId: renewalsId, closedate });
    });
  }
}

/** Meetings, calls and e-mails since the first contact. Who fades is heard of less in the last two months, who is leaving only written to. */
function talkMoments(
  portal: SandboxPortal,
  client: DemoClient,
  name: string,
  ids: Ids,
  random: Random,
  now: number,
  from: number,
  tell: Tell,
): void {
  const { mood } = client;
  const fadesAt = mood < FADING ? now - 60 * DAY : now;
  for (let at = from + DAY; at < now; at += (2 + random() * 7) * DAY) {
    const isQuiet = at > fadesAt;
    if (isQuiet && random() < (mood < LEAVING ? 0.4 : 0.6)) continue;
    const when = at + Math.round(random() * 8) * HOUR;
    const isIgnored = isQuiet && mood < LEAVING;
    const kind = isIgnored ? 1 : random();
    const incoming = !isIgnored && random() < 0.5;
    tell(when, () => {
      talk(portal, client.managerId, { ownerTypeId: 4, ownerId: ids.company }, name, kind, incoming);
    });
  }
}

/** One conversation on a record's timeline: a meeting, a call or an e-mail. `kind` in [0, 1). */
export function talk(
  portal: SandboxPortal,
  userId: number,
  owner: { ownerTypeId: number; ownerId: number },
  name: string,
  kind: number,
  incoming: boolean,
): number {
  const now = portal.sandbox.now();
  const common = { ...owner, startTime: now, endTime: now + HOUR, completed: true, responsibleId: userId };
  const direction = incoming ? 1 : 2;
  if (kind < 0.25) {
    const meeting = {
      typeId: 1,
      providerId: "CRM_MEETING",
      providerTypeId: "MEETING",
      subject: `Meeting with ${name}`,
    };
    return portal.create("activity", { ...common, ...meeting }, userId);
  }
  if (kind < 0.5) {
    const call = {
      typeId: 2,
      providerId: "VOXIMPLANT_CALL",
      providerTypeId: "CALL",
      subject: `Call with ${name}`,
      direction,
    };
    return portal.create("activity", { ...common, ...call }, userId);
  }
  const mail = {
    typeId: 4,
    providerId: "CRM_EMAIL",
    providerTypeId: "EMAIL",
    subject: `About ${name}`,
    description: "Thank you, we will look at it together next week.",
    direction,
  };
  return portal.create("activity", { ...common, ...mail }, userId);
}

/** One invoice a month since the deal was won; fading clients pay late and then not at all. */
function invoiceMoments(
  portal: SandboxPortal,
  client: DemoClient,
  ids: Ids,
  random: Random,
  now: number,
  tell: Tell,
): void {
  const categoryId = portal.catalog.categoriesOf(31)[0]!.id;
  for (let at = client.wonAt! + DAY, number = 1; at < now; at += 30 * DAY, number++) {
    const late = client.mood < FADING ? Math.round(random() * 25) : Math.round(random() * 3);
    const paid = !(client.mood < LEAVING && at > now - 75 * DAY);
    const closedate = new Date(at + 14 * DAY).toISOString().slice(0, 10);
    const title = `INV-${client.index + 1}-${number}`;
    let invoiceId = 0;
    tell(at, () => {
      invoiceId = portal.create(
        "invoice",
        {
          title,
          opportunity: 200 + client.index * 10,
          companyId: ids.company,
          closedate,
          assignedById: client.managerId,
        },
        client.managerId,
      );
    });
    if (paid) {
      tell(at + (14 + late) * DAY, () =>
        portal.update("invoice", invoiceId, { stageId: `DT31_${categoryId}:P` }, client.managerId),
      );
    }
  }
}
