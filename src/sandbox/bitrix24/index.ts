import { Hono } from "hono";
import { dated } from "../dated.ts";
import { type CallFault, ConnectionCut, type Violation } from "../faults.ts";
import { authorize, handleOauth } from "./oauth.ts";
import { pages } from "./pages.ts";
import { SandboxPortal } from "./portal.ts";
import { Queue } from "./queue.ts";
import { handleRest } from "./rest.ts";
import { TokenStore } from "./tokens.ts";
import {
  type Bitrix24SandboxOptions,
  type Bitrix24Switches,
  type CallRecord,
  DEFAULT_SCOPES,
  DEFAULT_SWITCHES,
  type DeliveryRecord,
  type PortalOptions,
} from "./types.ts";

export { SandboxPortal } from "./portal.ts";
export type {
  Bitrix24SandboxOptions,
  Bitrix24Switches,
  CallRecord,
  DeliveryRecord,
  Plan,
  PortalOptions,
} from "./types.ts";

const ALPHABET = "0123456789abcdef";

/** Bitrix24 portals, both authorisation servers and the event queue, as strict and as forgetful as the real ones. */
export class Bitrix24Sandbox {
  readonly app: Hono;
  readonly options: Bitrix24SandboxOptions;
  readonly switches: Bitrix24Switches;
  readonly scopes: readonly string[];
  readonly costs: Record<string, number>;
  readonly random: () => number;
  /** requests that the contract does not allow; any one fails a test */
  readonly violations: Violation[] = [];
  /** every HTTP request answered */
  readonly calls: CallRecord[] = [];
  /** commands by method, batched ones included */
  readonly commandCounts = new Map<string, number>();
  readonly tokens: TokenStore;
  readonly queue: Queue;
  readonly portals: SandboxPortal[] = [];
  #callIndex = 0;
  #deliveryIndex = 0;
  #past: number | null = null;

  constructor(options: Bitrix24SandboxOptions) {
    this.options = options;
    this.random = options.random;
    this.switches = { ...DEFAULT_SWITCHES, ...options.switches };
    this.scopes = options.scopes ?? DEFAULT_SCOPES;
    this.costs = Object.fromEntries(
      Object.entries(options.costs ?? {}).map(([key, value]) => [key.toLowerCase(), value]),
    );
    this.tokens = new TokenStore(
      () => this.now(),
      (length) => this.word(length),
    );
    this.queue = new Queue({
      clock: options.clock,
      deliver: options.deliver,
      fault: () => options.faults?.delivery?.(++this.#deliveryIndex) ?? null,
      delayMs: options.faults?.delayMs ?? 60_000,
    });
    this.app = this.#build();
  }

  now(): number {
    return this.#past ?? this.options.clock.now();
  }

  /** While a `history` job runs nothing is announced. */
  get quiet(): boolean {
    return this.#past !== null;
  }

  /** Does something as if it had happened at `instantMs`, without events: for portals that come with a past. */
  history<T>(instantMs: number, job: () => T): T {
    this.#past = instantMs;
    try {
      return job();
    } finally {
      this.#past = null;
    }
  }

  /** A random word of hexadecimal digits. */
  word(length: number): string {
    let word = "";
    for (let at = 0; at < length; at++) word += ALPHABET[Math.floor(this.random() * 16)];
    return word;
  }

  addPortal(options: PortalOptions): SandboxPortal {
    const portal = new SandboxPortal(this, options);
    this.portals.push(portal);
    return portal;
  }

  portal(memberId: string): SandboxPortal | undefined {
    return this.portals.find((each) => each.memberId === memberId);
  }

  /** Prefix of an authorisation server, without a slash at the end. */
  oauthUrl(region: "west" | "east"): string {
    const url =
      region === "west"
        ? (this.options.oauthUrl ?? "http://oauth.bitrix24.sandbox")
        : (this.options.oauthUrlEast ?? "http://oauth-east.bitrix24.sandbox");
    return url.replace(/\/$/, "");
  }

  /** Events and callbacks that left the queue, lost ones with status 0. */
  get deliveries(): readonly DeliveryRecord[] {
    return this.queue.sent;
  }

  violation(portal: SandboxPortal | null, path: string, rule: string): void {
    this.violations.push({ at: this.now(), method: portal?.domain ?? "", path, rule });
  }

  count(method: string): void {
    this.commandCounts.set(method, (this.commandCounts.get(method) ?? 0) + 1);
  }

  callFault(method: string, path: string, write: boolean): CallFault | null {
    this.#callIndex++;
    return this.options.faults?.call?.({ index: this.#callIndex, method, path, write }) ?? null;
  }

  /** HEAD requests as the moderators' robot makes them: only 200, 301 and 302 pass (section 15). */
  async headChecks(): Promise<{ url: string; status: number; passes: boolean }[]> {
    const checks = [this.options.appUrl, this.options.installUrl].map(async (url) => {
      const response = await this.options.deliver(new Request(url, { method: "HEAD" }));
      return { url, status: response.status, passes: [200, 301, 302].includes(response.status) };
    });
    return Promise.all(checks);
  }

  /** Answers a request to a portal, an authorisation server or the look-around pages. @throws ConnectionCut */
  async fetch(request: Request): Promise<Response> {
    const routed = this.#route(request);
    const response = await (routed ? routed() : this.app.fetch(request));
    return dated(response, this.options.clock.now());
  }

  #route(request: Request): (() => Promise<Response>) | null {
    const url = new URL(request.url);
    const whole = `${url.origin}${url.pathname}`;
    for (const region of ["west", "east"] as const) {
      const prefix = this.oauthUrl(region);
      if (whole === prefix || whole.startsWith(`${prefix}/`)) {
        return () => handleOauth(this, region, request, whole.slice(prefix.length));
      }
    }
    const base = this.options.publicUrl?.replace(/\/$/, "");
    if (base !== undefined && whole.startsWith(`${base}/`)) {
      const rest = whole.slice(base.length);
      const match = /^\/p\/([^/]+)(\/.*)?$/.exec(rest);
      if (match) return this.#portalRoute(request, match[1]!, match[2] ?? "/", `${base}/p/`);
      if (rest.startsWith("/rest/")) return () => handleRest(this, null, request, rest.slice(5));
      return null;
    }
    if (base !== undefined && url.origin === new URL(base).origin && url.pathname.startsWith("/rest/")) {
      return () => handleRest(this, null, request, url.pathname.slice(5));
    }
    return this.#portalRoute(request, url.host, url.pathname, null);
  }

  #portalRoute(
    request: Request,
    domain: string,
    path: string,
    prefix: string | null,
  ): (() => Promise<Response>) | null {
    const former = this.portals.find((each) => each.formerDomains.includes(domain));
    if (former && former.domain !== domain) {
      const { search } = new URL(request.url);
      const location =
        prefix === null ? `https://${former.domain}${path}${search}` : `${prefix}${former.domain}${path}${search}`;
      return async () => new Response(null, { status: 302, headers: { location } });
    }
    const portal = this.portals.find((each) => each.domain === domain);
    if (!portal) return null;
    if (path.startsWith("/rest/")) return () => handleRest(this, portal, request, path.slice(5));
    if (/^\/oauth\/authorize\/?$/.test(path)) return async () => authorize(this, portal, request);
    return null;
  }

  #build(): Hono {
    const app = new Hono({ strict: false });
    app.use("*", async (context, next) => {
      const routed = this.#route(context.req.raw);
      if (!routed) return next();
      return routed();
    });
    app.onError((error, context) => {
      const outgoing = (context.env as { outgoing?: { destroy(): void } } | undefined)?.outgoing;
      if (error instanceof ConnectionCut && outgoing) outgoing.destroy();
      return new Response("The connection was cut", { status: 502 });
    });
    const base = this.options.publicUrl ? new URL(this.options.publicUrl).pathname.replace(/\/$/, "") : "";
    app.route(base === "" ? "/" : base, pages(this));
    return app;
  }
}
