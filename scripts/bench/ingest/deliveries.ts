/** Deliveries as senders make them: the same hundred events in every form, each signed as its receiver wants it. */
import { createHmac } from "node:crypto";

/** What every receiver of the benchmark is told. */
export const SECRET = "bench-secret";
export const APP_ID = 50_780_459;
export const PUBLIC_URL = "https://tenure.test";
const EVENTS_PER_DELIVERY = 100;
/** Portals are numbered from here on. */
export const FIRST_PORTAL = 247_187_000;

/** Who receives: where, and by which rule the body is signed. */
export type Sender = "hubspot" | "github" | "slack";

const PATHS: Readonly<Record<Sender, string>> = {
  hubspot: "/hubspot/webhooks",
  github: "/api/github/webhooks",
  slack: "/slack/events",
};

const TYPES = ["object.propertyChange", "object.propertyChange", "object.propertyChange", "object.creation"] as const;
const OBJECTS = ["0-3", "0-2", "0-1", "0-27", "0-47", "0-5"] as const;

export interface PoolOptions {
  sender: Sender;
  /** different deliveries; a driver takes them in turn */
  deliveries: number;
  /** portals that they are spread over, one portal per delivery */
  portals: number;
  /** how often each event stands in its delivery */
  copies: number;
  /** epoch ms of the signature */
  now: number;
}

/** Whole HTTP requests, ready to be written to a socket. */
export function makePool(options: PoolOptions): Buffer[] {
  return Array.from({ length: options.deliveries }, (_, at) => {
    const events = makeEvents(FIRST_PORTAL + (at % options.portals), at * EVENTS_PER_DELIVERY, options.copies);
    return requestOf(options.sender, Buffer.from(bodyOf(options.sender, events)), options.now);
  });
}

/** One delivery's events, in the fields and the order of HubSpot's own. */
function makeEvents(portal: number, from: number, copies: number): readonly unknown[] {
  return Array.from({ length: EVENTS_PER_DELIVERY }, (_, at) => {
    const n = from + Math.floor(at / copies);
    return {
      eventId: 1_000_000_000 + n * 7_919,
      subscriptionId: 3_218_001 + (n % 10),
      portalId: portal,
      appId: APP_ID,
      occurredAt: 1_772_442_000_000 + n * 13,
      subscriptionType: TYPES[n % TYPES.length],
      attemptNumber: 0,
      objectTypeId: OBJECTS[n % OBJECTS.length],
      objectId: 541_935_400_000 + n * 17,
      propertyName: "dealstage",
      propertyValue: "appointmentscheduled",
      changeSource: "CRM_UI",
      sourceId: "userId:12345678",
    };
  });
}

function bodyOf(sender: Sender, events: readonly unknown[]): string {
  if (sender === "hubspot") return JSON.stringify(events);
  if (sender === "github") return JSON.stringify({ action: "opened", issue: { number: 1 }, events });
  return JSON.stringify({
    type: "event_callback",
    event_id: "E1",
    event: { type: "message", channel: "C1", text: "hello" },
    events,
  });
}

function hmac(...parts: readonly (string | Buffer)[]) {
  const mac = createHmac("sha256", SECRET);
  for (const part of parts) mac.update(part);
  return mac;
}

function signatureOf(sender: Sender, body: Buffer, now: number): readonly string[] {
  if (sender === "github") {
    const mac = hmac(body).digest("hex");
    return [
      `x-hub-signature-256: sha256=${mac}`,
      "x-github-event: issues",
      "x-github-delivery: 72d3162e-cc78-11e3-81ab-4c9367dc0958",
    ];
  }
  if (sender === "slack") {
    const seconds = Math.floor(now / 1000);
    return [
      `x-slack-signature: v0=${hmac(`v0:${seconds}:`, body).digest("hex")}`,
      `x-slack-request-timestamp: ${seconds}`,
    ];
  }
  const mac = hmac(`POST${PUBLIC_URL}${PATHS.hubspot}`, body, String(now)).digest("base64");
  return [`x-hubspot-signature-v3: ${mac}`, `x-hubspot-request-timestamp: ${now}`];
}

function requestOf(sender: Sender, body: Buffer, now: number): Buffer {
  const head = [
    `POST ${PATHS[sender]} HTTP/1.1`,
    "host: localhost",
    "user-agent: tenure-bench",
    "content-type: application/json",
    `content-length: ${body.length}`,
    ...signatureOf(sender, body, now),
  ];
  return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), body]);
}
