/** The hot path of a webhook, the same behind every door: signature, a look at the few fields that a hint needs, one insert, a status. */

import type { HubSpotApp } from "../crm/hubspot/index.ts";
import type { Incoming, Refusal } from "../crm/port.ts";
import { portalId } from "../ports.ts";
import type { AppDeps } from "./deps.ts";

/** Where HubSpot delivers, under the public URL; it stands in the app's manifest too. */
export const HUBSPOT_WEBHOOKS = "/hubspot/webhooks";

/** What a refused delivery is answered with. */
export const REFUSED_STATUS = {
  "missing-signature": 401,
  stale: 401,
  mismatch: 401,
  malformed: 400,
  "unknown-portal": 404,
  "too-many": 400,
} as const satisfies Readonly<Record<Refusal, number>>;

/** What whoever runs this should look at. */
const LOOK: Readonly<Record<Refusal, string>> = {
  "missing-signature": "the sender sent no v3 signature headers; only HubSpot may call this address",
  stale: "the timestamp is more than 5 minutes off; compare this machine's clock",
  mismatch:
    "compare HUBSPOT_CLIENT_SECRET with the app's Auth page, and PUBLIC_URL with the target URL in webhooks-hsmeta.json",
  malformed: "the body is not the JSON array that HubSpot sends; something between changed it",
  "unknown-portal": "no portal of that id is installed",
  "too-many": "more events than HubSpot sends at once",
};

export interface RawDelivery {
  /** path and query as they were called */
  path: string;
  headers: Incoming["headers"];
  /** null = larger than `WEBHOOK_BODY_MAX` */
  body: Uint8Array | null;
}

/** Takes a delivery of HubSpot. Returns the status of the answer, which has no body; 204 only when every hint is on disk. */
export async function takeDelivery(
  { around, host, publicUrl }: Pick<AppDeps, "around" | "host" | "publicUrl">,
  crm: HubSpotApp,
  { path, headers, body }: RawDelivery,
): Promise<204 | 400 | 401 | 404 | 413> {
  if (body === null) {
    const look = "HubSpot never sends more than 100 events at once";
    around.log("warn", "webhook-refused", { why: "too-large", look });
    return 413;
  }
  const incoming = { method: "POST", url: publicUrl + path, headers, body };
  const verified = await crm.verify(incoming, around.now(), () => null);
  if (!verified.ok) {
    const { reason } = verified;
    around.log("warn", "webhook-refused", { why: reason, look: LOOK[reason] });
    return REFUSED_STATUS[reason];
  }
  const deliveries = verified.accounts.map((one) => ({ portal: portalId("hubspot", one.account), hints: one.hints }));
  const { unknown } = await host.deliver(deliveries);
  if (unknown.length > 0) {
    const look = "events of portals that left are dropped for up to a day";
    around.log("info", "webhook-unknown-portal", { portals: unknown, look });
  }
  const odd = verified.accounts.flatMap((one) => one.unknown);
  if (odd.length > 0) {
    const look = "compare the subscriptions in webhooks-hsmeta.json";
    around.log("info", "webhook-unknown-event", { events: [...new Set(odd)].slice(0, 5), look });
  }
  return 204;
}
