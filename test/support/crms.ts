/** Sandboxes of both CRMs on one virtual clock, and how a portal stands in its own. */
import type { RecordKind } from "../../src/core/model.ts";
import { seededRandom } from "../../src/core/seeded-random.ts";
import { type PortalId, parsePortalId } from "../../src/ports.ts";
import { Bitrix24Sandbox, type Bitrix24Switches } from "../../src/sandbox/bitrix24/index.ts";
import type { VirtualClock } from "../../src/sandbox/clock.ts";
import type { Faults } from "../../src/sandbox/faults.ts";
import { HubSpotSandbox, type HubSpotSwitches } from "../../src/sandbox/hubspot/index.ts";
import type { Watched } from "./looks.ts";
import { PUBLIC_URL } from "./times.ts";

export const HUBSPOT = { clientId: "client-1", clientSecret: "secret-1", appId: 4711 };
export const BITRIX24 = { clientId: "app.1", clientSecret: "secret-2", appCode: "maker.tenure" };

export interface CrmsOptions {
  clock: VirtualClock;
  seed: number;
  /** brings a CRM's request to the connector */
  deliver: (request: Request) => Promise<Response>;
  faults: { hubspot: Faults; bitrix24: Faults };
  switches?: { hubspot?: Partial<HubSpotSwitches>; bitrix24?: Partial<Bitrix24Switches> } | undefined;
}

export function makeCrms({ clock, seed, deliver, faults, switches }: CrmsOptions): {
  hubspot: HubSpotSandbox;
  bitrix24: Bitrix24Sandbox;
} {
  const hubspot = new HubSpotSandbox({
    clock,
    random: seededRandom(seed + 1),
    ...HUBSPOT,
    redirectUrls: [`${PUBLIC_URL}/hubspot/oauth/callback`, `${PUBLIC_URL}/hubspot/install`],
    webhookUrl: `${PUBLIC_URL}/hubspot/webhooks`,
    deliver,
    faults: faults.hubspot,
    ...(switches?.hubspot && { switches: switches.hubspot }),
  });
  const bitrix24 = new Bitrix24Sandbox({
    clock,
    random: seededRandom(seed + 2),
    ...BITRIX24,
    installUrl: `${PUBLIC_URL}/bitrix24/install`,
    appUrl: `${PUBLIC_URL}/bitrix24/app`,
    eventsUrl: `${PUBLIC_URL}/bitrix24/events`,
    deliver,
    faults: faults.bitrix24,
    ...(switches?.bitrix24 && { switches: switches.bitrix24 }),
  });
  return { hubspot, bitrix24 };
}

/** What Bitrix24's stand-in calls our kinds where it counts changes. */
const SUBJECT: Partial<Record<RecordKind, string>> = {
  deal: "2",
  contact: "3",
  company: "4",
  invoice: "31",
  task: "task",
  meeting: "activity",
  call: "activity",
  email: "activity",
};

/** A portal as it stands in its CRM. */
export function watchedIn({ hubspot, bitrix24 }: ReturnType<typeof makeCrms>, id: PortalId): Watched {
  const { vendor, account } = parsePortalId(id);
  if (vendor === "hubspot") {
    const portal = hubspot.portal(Number(account))!;
    const changesOf = (kind: RecordKind) => portal.changesOf(kind === "survey" ? "feedback_submission" : kind);
    return { id, changes: portal.changes, changesOf, terms: portal.terms };
  }
  const portal = bitrix24.portal(account)!;
  return { id, changes: portal.changes, changesOf: (kind) => portal.changesOf(SUBJECT[kind]), terms: portal.terms };
}
