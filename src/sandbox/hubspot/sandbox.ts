import { Hono } from "hono";
import { dated } from "../dated.ts";
import type { CallSeen, Faults, Violation } from "../faults.ts";
import { ConnectionCut } from "../faults.ts";
import type { Answer, Call, Policy } from "./call.ts";
import { addConsentPage } from "./consent.ts";
import { Deliveries } from "./delivery.ts";
import type { ErrorBody } from "./errors.ts";
import { addLookPages } from "./look.ts";
import { OAuthServer } from "./oauth.ts";
import { addOAuthRoutes } from "./oauth-routes.ts";
import { newerPath } from "./older.ts";
import { DEFAULT_SWITCHES, type HubSpotSandboxOptions, type HubSpotSwitches, type PortalOptions } from "./options.ts";
import { SandboxPortal } from "./portal.ts";
import { Router } from "./router.ts";
import { DEFAULT_SUBSCRIPTIONS, SubscriptionIndex } from "./subscriptions.ts";

/** What was called, counted at the door. */
export interface CallCounts {
  total: number;
  /** "POST /crm/objects/2026-09/tasks/batch/create"; ids stay as {objectId} */
  byPath: Record<string, number>;
  byPolicy: Record<Policy, number>;
  writes: number;
  /** refused by the rate limits; not counted elsewhere */
  limited: number;
  limitedBy: Record<string, number>;
  /** spoiled by the fault dial */
  faulted: number;
}

/** A HubSpot that behaves like the real one: accounts, OAuth, the CRM's API, webhooks. */
export class HubSpotSandbox {
  readonly options: HubSpotSandboxOptions;
  readonly switches: HubSpotSwitches;
  readonly publicUrl: string;
  readonly app: Hono = new Hono();
  readonly oauth: OAuthServer;
  readonly subscriptions: SubscriptionIndex;
  readonly deliveries: Deliveries;
  readonly violations: Violation[] = [];
  readonly calls: CallCounts;
  faults: Faults | undefined;
  readonly #portals = new Map<number, SandboxPortal>();
  readonly #router: Router;
  #seen = 0;

  constructor(options: HubSpotSandboxOptions) {
    this.options = options;
    this.switches = { ...DEFAULT_SWITCHES, ...options.switches };
    this.publicUrl = options.publicUrl ?? "http://hubspot.sandbox";
    this.faults = options.faults;
    this.calls = {
      total: 0,
      byPath: {},
      byPolicy: { general: 0, search: 0, associations: 0, exempt: 0 },
      writes: 0,
      limited: 0,
      limitedBy: {},
      faulted: 0,
    };
    this.oauth = new OAuthServer(options, this.switches);
    this.subscriptions = new SubscriptionIndex(options.subscriptions ?? DEFAULT_SUBSCRIPTIONS);
    this.deliveries = new Deliveries({
      clock: options.clock,
      random: options.random,
      secret: options.clientSecret,
      url: options.webhookUrl ?? "",
      deliver: options.deliver,
      faults: () => this.faults,
      maxConcurrentRequests: options.maxConcurrentRequests ?? 10,
      batchWindowMs: options.batchWindowMs ?? 1_000,
      mixPortals: this.switches.arraysMixPortals,
    });
    this.#router = new Router(this);
    addOAuthRoutes(this.app, this);
    addConsentPage(this.app, this);
    addLookPages(this.app, this);
    this.#router.addTo(this.app);
    this.app.notFound((c) => this.#elsewhere(c.req.raw));
  }

  /** A path that no route knows: an older one, or none at all. */
  async #elsewhere(request: Request): Promise<Response> {
    const url = new URL(request.url);
    if (url.pathname === "/favicon.ico") return new Response(null, { status: 404 });
    const newer = newerPath(url.pathname);
    if (newer) {
      if (!this.options.olderPaths) this.violation(request.method, url.pathname, "older path");
      url.pathname = newer;
      const body = request.body ? await request.arrayBuffer() : null;
      const moved = new Request(url, { method: request.method, headers: request.headers, body });
      return this.app.fetch(moved, { older: true });
    }
    const known = this.#router.declares(request.method, url.pathname);
    this.violation(request.method, url.pathname, known ? "in the contracts, but not served here" : "no such path");
    return this.errorResponse(404, { status: "error", message: "resource not found", category: "OBJECT_NOT_FOUND" });
  }

  /** `app.fetch` with the fault dial in front. @throws ConnectionCut where the dial says so */
  readonly fetch = async (request: Request): Promise<Response> =>
    dated(await this.#answer(request), this.options.clock.now());

  async #answer(request: Request): Promise<Response> {
    const fault = this.#fault(request);
    if (fault === null) return this.app.fetch(request);
    this.calls.faulted++;
    switch (fault) {
      case "limited":
        return this.limitedResponse("TEN_SECONDLY_ROLLING");
      case "unavailable":
        return this.errorResponse(503, {
          status: "error",
          message: "Service unavailable",
          category: "SERVICE_UNAVAILABLE",
        });
      case "cut-before":
        throw new ConnectionCut();
      case "cut-after":
        await this.app.fetch(request);
        throw new ConnectionCut();
      case "late-write": {
        // the caller goes away: what it sent has to be kept, as plain data
        const { url, method } = request;
        const headers = [...request.headers] as [string, string][];
        const body = request.body ? await request.arrayBuffer() : null;
        this.options.clock.after(this.faults?.lateMs ?? 20_000, async () => {
          await this.app.fetch(new Request(url, { method, headers, body }));
        });
        throw new ConnectionCut();
      }
    }
  }

  #fault(request: Request) {
    const dial = this.faults?.call;
    if (!dial) return null;
    const path = new URL(request.url).pathname;
    if (!/^\/[a-z-]+\/.*(v\d|\d{4}-\d\d)/.test(path)) return null;
    if (path.startsWith("/oauth/") && !this.faults?.oauthToo) return null;
    const seen: CallSeen = { index: ++this.#seen, method: request.method, path, write: isWrite(request.method, path) };
    return dial(seen);
  }

  // ------------------------------------------------------------------ accounts

  addPortal(options: PortalOptions = {}): SandboxPortal {
    const hubId = options.hubId ?? 8_800_001 + this.#portals.size * 7;
    if (this.#portals.has(hubId)) throw new Error(`portal ${hubId} exists`);
    const portal = new SandboxPortal(this, hubId, options);
    this.#portals.set(hubId, portal);
    portal.addOwner({
      email: `admin@portal-${hubId}.example`,
      firstName: "Admin",
      lastName: String(hubId),
      superAdmin: true,
    });
    return portal;
  }

  portal(hubId: number): SandboxPortal | null {
    return this.#portals.get(hubId) ?? null;
  }

  get portals(): SandboxPortal[] {
    return [...this.#portals.values()];
  }

  // ------------------------------------------------------------------ bookkeeping

  violation(method: string, path: string, rule: string): void {
    this.violations.push({ at: this.options.clock.now(), method, path, rule });
  }

  /** Records a rule that one item of a batch broke. */
  violated(call: Call, rule: string | null): void {
    if (rule) this.violation("POST", JSON.stringify(call.params), rule);
  }

  counted(method: string, path: string, policy: Policy): void {
    this.calls.total++;
    this.calls.byPolicy[policy]++;
    if (isWrite(method, path)) this.calls.writes++;
    const key = `${method} ${path}`;
    this.calls.byPath[key] = (this.calls.byPath[key] ?? 0) + 1;
  }

  countLimited(policyName: string): void {
    this.calls.limited++;
    this.calls.limitedBy[policyName] = (this.calls.limitedBy[policyName] ?? 0) + 1;
  }

  formProblem(method: string, path: string, form: Readonly<Record<string, string>>): string | null {
    return this.#router.bodyProblem(method, path, form);
  }

  uuid(): string {
    const digits = Array.from({ length: 32 }, () => Math.floor(this.options.random() * 16).toString(16)).join("");
    return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join(
      "-",
    );
  }

  // ------------------------------------------------------------------ answers

  answerResponse(answer: Answer, headers: Record<string, string>): Response {
    if (answer.body === undefined) return new Response(null, { status: answer.status, headers });
    return new Response(JSON.stringify(answer.body), {
      status: answer.status,
      headers: { ...headers, "content-type": "application/json;charset=utf-8" },
    });
  }

  errorResponse(status: number, body: ErrorBody, headers: Record<string, string> = {}): Response {
    const { status: word, message, ...rest } = body;
    return this.answerResponse(
      { status, body: { status: word, message, correlationId: this.uuid(), ...rest } },
      headers,
    );
  }

  /** 429 with the documented body (facts sheet 4.1), and with the category that every error of the specs has. */
  limitedResponse(policyName: string, headers: Record<string, string> = {}): Response {
    const wait = policyName === "SECONDLY" ? "1" : "10";
    const more: Record<string, string> = this.switches.retryAfterOn429 ? { "retry-after": wait } : {};
    const body = {
      status: "error",
      message: `You have reached your ${policyName.toLowerCase()} limit.`,
      errorType: "RATE_LIMIT",
      category: "RATE_LIMITS",
      correlationId: this.uuid(),
      policyName,
      groupName: `publicapi:crm:oauth-v2:${this.options.appId}`,
    };
    return this.answerResponse({ status: 429, body }, { ...headers, ...more });
  }
}

/** Does a call change something? Reads by POST do not. */
export function isWrite(method: string, path: string): boolean {
  return method !== "GET" && !/\/(batch\/read|search|introspect|token)$/.test(path);
}
