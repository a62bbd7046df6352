/** What the sandbox's own tests share: a world with a virtual clock, an installed app and a caller. */

import { seededRandom } from "../../../src/core/seeded-random.ts";
import { VirtualClock } from "../../../src/sandbox/clock.ts";
import {
  HubSpotSandbox,
  type HubSpotSandboxOptions,
  type PortalOptions,
  type SandboxPortal,
} from "../../../src/sandbox/hubspot/index.ts";
import { divergence } from "./conforms.ts";

export const START = Date.UTC(2026, 10, 2, 9);
export const SECRET = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy";
export const REDIRECT = "https://app.example.com/hubspot/oauth/callback";
export const HOOK = "https://app.example.com/hubspot/webhooks";

export const SCOPES = [
  "oauth",
  "crm.objects.deals.read",
  "crm.objects.deals.write",
  "crm.objects.contacts.read",
  "crm.objects.contacts.write",
  "crm.objects.companies.read",
  "crm.objects.companies.write",
  "crm.objects.owners.read",
  "crm.schemas.deals.write",
  "crm.schemas.companies.write",
  "crm.schemas.contacts.write",
];
const OPTIONAL = [
  "tickets",
  "automation",
  "timeline",
  "sales-email-read",
  "crm.objects.invoices.read",
  "crm.objects.users.read",
  "settings.users.read",
  "settings.users.teams.read",
  "automation.sequences.read",
  "automation.sequences.enrollments.write",
];

export interface Delivered {
  request: Request;
  body: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the sandbox sent
  events: any[];
}

export interface World {
  clock: VirtualClock;
  sandbox: HubSpotSandbox;
  portal: SandboxPortal;
  deliveries: Delivered[];
  /** what the app answers to deliveries; default 200 */
  answer: (request: Request) => Promise<Response> | Response;
}

export function world(options: Partial<HubSpotSandboxOptions> = {}, portalOptions: PortalOptions = {}): World {
  const clock = new VirtualClock(START);
  const deliveries: Delivered[] = [];
  const made = { clock, deliveries, answer: () => new Response(null, { status: 200 }) } as unknown as World;
  made.sandbox = new HubSpotSandbox({
    clock,
    random: seededRandom(7),
    clientId: "client-1",
    clientSecret: SECRET,
    appId: 424_242,
    redirectUrls: [REDIRECT],
    webhookUrl: HOOK,
    deliver: async (request) => {
      const body = await request.clone().text();
      deliveries.push({ request, body, events: JSON.parse(body) });
      return made.answer(request);
    },
    ...options,
  });
  made.portal = made.sandbox.addPortal({ hubId: 62_515, ...portalOptions });
  return made;
}

export function authorizeUrl(more: Record<string, string> = {}): string {
  const url = new URL("http://hubspot.sandbox/oauth/authorize");
  url.searchParams.set("client_id", "client-1");
  url.searchParams.set("redirect_uri", REDIRECT);
  url.searchParams.set("scope", SCOPES.join(" "));
  url.searchParams.set("optional_scope", OPTIONAL.join(" "));
  url.searchParams.set("state", "s1");
  for (const [name, value] of Object.entries(more)) url.searchParams.set(name, value);
  return url.href;
}

// biome-ignore lint/suspicious/noExplicitAny: answers of the sandbox are read freely in its tests
export type Json = any;

export interface Answered {
  status: number;
  body: Json;
  headers: Headers;
}

export async function form(sandbox: HubSpotSandbox, path: string, fields: Record<string, string>): Promise<Answered> {
  const request = new Request(`http://hubspot.sandbox${path}`, { method: "POST", body: new URLSearchParams(fields) });
  return answered(await sandbox.fetch(request));
}

async function answered(response: Response): Promise<Answered> {
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : null, headers: response.headers };
}

export const CLIENT = { client_id: "client-1", client_secret: SECRET };

export function exchange(sandbox: HubSpotSandbox, code: string, more: Record<string, string> = {}): Promise<Answered> {
  return form(sandbox, "/oauth/2026-09/token", {
    ...CLIENT,
    grant_type: "authorization_code",
    redirect_uri: REDIRECT,
    code,
    ...more,
  });
}

export type Caller = (method: string, path: string, body?: unknown) => Promise<Answered>;

/** Installs the app in the world's portal and answers a function that calls the API with its token. */
export async function install({ sandbox, portal }: World, scopesGranted?: string[]): Promise<Caller> {
  const location = portal.approve(authorizeUrl(), scopesGranted ? { scopesGranted } : {});
  const { body } = await exchange(sandbox, new URL(location).searchParams.get("code")!);
  return caller(sandbox, body.access_token);
}

export function caller(sandbox: HubSpotSandbox, token: string): Caller {
  return async (method, path, body) => {
    const headers: Record<string, string> = { authorization: `Bearer ${token}` };
    if (body !== undefined) headers["content-type"] = "application/json";
    const text = body === undefined ? undefined : JSON.stringify(body);
    const answer = await answered(
      await sandbox.fetch(new Request(`http://hubspot.sandbox${path}`, { method, headers, body: text })),
    );
    const problem = divergence(method, path, answer.status, answer.body);
    if (problem) throw new Error(problem);
    return answer;
  };
}

export const OBJECTS = "/crm/objects/2026-09";

export function link(id: string, associationTypeId: number) {
  return { to: { id }, types: [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId }] };
}
