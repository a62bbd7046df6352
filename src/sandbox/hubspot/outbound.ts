import { readValue } from "./computed.ts";
import { grantable } from "./install.ts";
import { KNOWN_SCOPES, objectTypeOf } from "./object-types.ts";
import type { SandboxPortal } from "./portal.ts";
import { signV1, signV2, signV3 } from "./signature.ts";

/** Calls that HubSpot makes to the app beside webhooks: workflow actions and `hubspot.fetch()` of cards (facts sheet 9.1, 10). */
export interface WorkflowAction {
  actionUrl: string;
  objectType: string;
  objectId: string;
  inputFields?: Record<string, string>;
  /** properties that come along */
  properties?: readonly string[];
  workflowId?: number;
  /** the same callback again, as after a 5xx */
  callbackId?: string;
}

export interface ActionResult {
  callbackId: string;
  status: number;
  outputFields: Record<string, string>;
  /** attempts made; 5xx and 429 are tried again */
  attempts: number;
}

/** Waits after a failed action, ms: spread over three days. */
const ACTION_WAITS = [60_000, 600_000, 3_600_000, 21_600_000, 86_400_000, 142_740_000];

/** Fires a custom workflow action once and answers what the app said. Retries are made on the clock. */
export async function fireAction(portal: SandboxPortal, action: WorkflowAction): Promise<ActionResult> {
  const { options } = portal.sandbox;
  const record = portal.crm.store(objectTypeOf(action.objectType)).live(action.objectId);
  if (!record) throw new Error(`no ${action.objectType} ${action.objectId}`);
  const callbackId =
    action.callbackId ?? `ap-${portal.hubId}-${Math.floor(options.random() * 1e12)}-${portal.callbacks.size}-0`;
  if (!portal.callbacks.has(callbackId)) portal.callbacks.set(callbackId, { completed: null });
  const properties = Object.fromEntries(
    (action.properties ?? []).map((name) => [name, readValue(portal.crm, record, name) ?? null]),
  );
  const body = JSON.stringify({
    callbackId,
    origin: { portalId: portal.hubId, actionDefinitionId: 10_646_377, actionDefinitionVersion: 1 },
    context: { source: "WORKFLOWS", workflowId: action.workflowId ?? 192_814_114 },
    object: { objectId: Number(record.id), objectType: record.type.code, properties },
    inputFields: action.inputFields ?? {},
  });
  return attemptAction(portal, action.actionUrl, callbackId, body, 1);
}

async function attemptAction(
  portal: SandboxPortal,
  url: string,
  callbackId: string,
  body: string,
  attempts: number,
): Promise<ActionResult> {
  const response = await portal.sandbox.options.deliver(await signedAction(portal, url, body)).catch(() => null);
  const status = response?.status ?? 0;
  const retried = status === 0 || status === 429 || status >= 500;
  if (retried && attempts <= ACTION_WAITS.length) {
    // Retry-After counts milliseconds here
    const asked = Number(response?.headers.get("retry-after") ?? Number.NaN);
    const wait = status === 429 && asked > 0 ? asked : ACTION_WAITS[attempts - 1]!;
    portal.sandbox.options.clock.after(wait, async () => {
      await attemptAction(portal, url, callbackId, body, attempts + 1);
    });
  }
  const text = (await response?.text()) ?? "";
  const outputFields = text.startsWith("{") ? (JSON.parse(text).outputFields ?? {}) : {};
  return { callbackId, status, outputFields, attempts };
}

async function signedAction(portal: SandboxPortal, url: string, body: string): Promise<Request> {
  const { clientSecret: secret, clock } = portal.sandbox.options;
  const headers: Record<string, string> = {
    "content-type": "application/json",
    "x-hubspot-signature": await signV2(secret, "POST", url, body),
    "x-hubspot-signature-version": "v2",
  };
  if (portal.sandbox.switches.signatureV3OnActions) {
    headers["x-hubspot-signature-v3"] = await signV3(secret, "POST", url, body, clock.now());
    headers["x-hubspot-request-timestamp"] = String(clock.now());
  }
  return new Request(url, { method: "POST", headers, body });
}

export interface OptionsWish {
  inputFieldName: string;
  inputFields?: Record<string, string>;
  q?: string;
  after?: string;
}

/** Asks the app for the options of an input field, as the workflow editor does. */
export async function fetchOptions(portal: SandboxPortal, optionsUrl: string, wish: OptionsWish): Promise<Response> {
  const { q = null, after = null, inputFieldName, inputFields = {} } = wish;
  const body = JSON.stringify({
    origin: { portalId: portal.hubId, actionDefinitionId: 10_646_377, actionDefinitionVersion: 1 },
    inputFieldName,
    inputFields,
    fetchOptions: { q, after },
  });
  return portal.sandbox.options.deliver(await signedAction(portal, optionsUrl, body));
}

export interface CardCall {
  method?: string;
  body?: Record<string, unknown>;
  userId: number;
  userEmail?: string;
}

/** What a card's `hubspot.fetch()` becomes: identity in the query, the whole signed with v3. */
export async function cardRequest(portal: SandboxPortal, target: string, call: CardCall): Promise<Request> {
  const { clientSecret, clock, appId } = portal.sandbox.options;
  const url = new URL(target);
  const user = portal.crm.people.byUser(call.userId);
  url.searchParams.set("userId", String(call.userId));
  url.searchParams.set("userEmail", call.userEmail ?? user?.email ?? "");
  url.searchParams.set("portalId", String(portal.hubId));
  url.searchParams.set("appId", String(appId));
  const method = call.method ?? "GET";
  const body = call.body === undefined ? "" : JSON.stringify(call.body);
  const timestamp = clock.now();
  const headers: Record<string, string> = {
    "x-hubspot-signature-v3": await signV3(clientSecret, method, url.href, body, timestamp),
    "x-hubspot-request-timestamp": String(timestamp),
    "x-hubspot-signature": await signV1(clientSecret, body),
    "x-hubspot-signature-version": "v1",
  };
  if (body) headers["content-type"] = "application/json";
  return new Request(url, { method, headers, ...(body ? { body } : {}) });
}

export interface MarketplaceWish {
  /** the app's required scopes; default every declared scope that the account can grant */
  scopes?: readonly string[];
  optionalScopes?: readonly string[];
  /** partner sign-in: the step that is asked for; unset = no sign-in */
  step?: "authorize" | "finalize";
  /** for "finalize" */
  state?: string;
}

/** Where the browser goes when an install starts on the Marketplace page (facts sheet 2.1). */
export function marketplaceUrl(portal: SandboxPortal, installUrl: string, wish: MarketplaceWish = {}): string {
  const returnUrl = `https://app.hubspot.com/app-marketplace/${portal.hubId}/installed`;
  const url = new URL(installUrl);
  if (wish.step) url.searchParams.set("step", wish.step);
  if (wish.step !== "authorize") {
    const declared = (portal.sandbox.options.declaredScopes ?? KNOWN_SCOPES).filter((scope) =>
      grantable(scope, portal.plan, portal.scopesAvailable),
    );
    const asked = {
      redirectUri: installUrl,
      scopes: [...(wish.scopes ?? declared)],
      optional: [...(wish.optionalScopes ?? [])],
      state: wish.state ?? null,
      challenge: null,
      hubId: portal.hubId,
    };
    const code = portal.sandbox.oauth.code(asked, portal, portal.adminUserId(), null, true);
    url.searchParams.set("code", code.code);
    if (wish.state) url.searchParams.set("state", wish.state);
  }
  url.searchParams.set("returnUrl", returnUrl);
  return url.href;
}
