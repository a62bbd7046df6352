import type { Context, Hono } from "hono";
import type { Operation } from "../contract.ts";
import { ACCOUNT_ROUTES } from "./api/account.ts";
import { ASSOCIATION_ROUTES, OLDER_ASSOCIATION_ROUTES } from "./api/associations.ts";
import { AUTOMATION_ROUTES } from "./api/automation.ts";
import { LIMIT_ROUTES } from "./api/limits.ts";
import { OBJECT_ROUTES } from "./api/objects.ts";
import { PEOPLE_ROUTES } from "./api/people.ts";
import { PIPELINE_ROUTES } from "./api/pipelines.ts";
import { PREFERENCE_ROUTES } from "./api/preferences.ts";
import { PROPERTY_ROUTES } from "./api/properties.ts";
import type { Call, Policy, Route } from "./call.ts";
import { hubspotOperations } from "./contracts.ts";
import { contractBroken, missingScopes, Refusal } from "./errors.ts";
import type { AccessToken } from "./install.ts";
import { grantable } from "./install.ts";
import { findObjectType } from "./object-types.ts";
import type { SandboxPortal } from "./portal.ts";
import type { HubSpotSandbox } from "./sandbox.ts";

const ROUTES: readonly Route[] = [
  ...OBJECT_ROUTES,
  ...ASSOCIATION_ROUTES,
  ...PROPERTY_ROUTES,
  ...PIPELINE_ROUTES,
  ...PEOPLE_ROUTES,
  ...ACCOUNT_ROUTES,
  ...LIMIT_ROUTES,
  ...AUTOMATION_ROUTES,
  ...PREFERENCE_ROUTES,
];

/** Longest search body, characters (facts sheet 4.3). */
const SEARCH_BODY = 3_000;

/** The doors in front of every API handler: token, account, limits, scopes, contract. */
export class Router {
  readonly #sandbox: HubSpotSandbox;
  readonly #operations = new Map<string, Operation>();

  constructor(sandbox: HubSpotSandbox) {
    this.#sandbox = sandbox;
    for (const operation of hubspotOperations()) {
      const key = `${operation.method} ${operation.path}`;
      if (!this.#operations.has(key)) this.#operations.set(key, operation);
    }
  }

  addTo(app: Hono): void {
    // fixed segments before names: …/groups before …/{propertyName}
    const sorted = [...ROUTES].sort((a, b) => names(a.path) - names(b.path));
    for (const route of sorted) {
      const operation = this.#operations.get(`${route.method} ${route.path}`);
      if (!operation) throw new Error(`not in the contracts: ${route.method} ${route.path}`);
      app.on(route.method, honoPath(route.path), (c) => this.#serve(c, route, operation));
    }
    for (const route of OLDER_ASSOCIATION_ROUTES) {
      app.on(route.method, honoPath(route.path), (c) => {
        if (!this.#sandbox.options.olderPaths) this.#sandbox.violation(route.method, route.path, "older path");
        return this.#serve(c, route, null);
      });
    }
  }

  /** Do the contracts know this path? */
  declares(method: string, path: string): boolean {
    for (const operation of this.#operations.values()) {
      const pattern = `^${operation.path.replace(/\{\w+\}/g, "[^/]+")}$`;
      if (operation.method === method && new RegExp(pattern).test(path)) return true;
    }
    return false;
  }

  /** What is wrong with a body by the contract; null when nothing is or the path is not there. */
  bodyProblem(method: string, path: string, body: unknown): string | null {
    return this.#operations.get(`${method} ${path}`)?.body?.check(body, "body") ?? null;
  }

  async #serve(c: Context, route: Route, operation: Operation | null): Promise<Response> {
    const sandbox = this.#sandbox;
    const headers: Record<string, string> = {};
    const raw = c.req.raw;
    const params = c.req.param() as Record<string, string>;
    try {
      if (raw.url.length > sandbox.switches.urlLimit) {
        throw new Refusal(414, { message: "URI Too Long", category: "VALIDATION_ERROR" });
      }
      const { access, portal } = this.#enter(raw);
      const policy: Policy = route.policy ?? (operation?.exempt ? "exempt" : "general");
      const limit = this.#limited(portal, policy, headers);
      if (limit) {
        sandbox.countLimited(limit);
        return sandbox.limitedResponse(limit, headers);
      }
      sandbox.counted(route.method, countedPath(route.path, params), policy);
      this.#checkScopes(route.scopes?.(params) ?? [], access, portal);
      const older = operation === null || (c.env as { older?: boolean } | undefined)?.older === true;
      const query = new URL(raw.url).searchParams;
      if (operation && !older) checkQuery(operation, query);
      const body = await readBody(c, operation, older, policy);
      const call: Call = { sandbox, portal, crm: portal.crm, access, params, query, body, older };
      return sandbox.answerResponse(route.handle(call), headers);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      if (refusal.rule) sandbox.violation(route.method, countedPath(route.path, params), refusal.rule);
      return sandbox.errorResponse(refusal.status, refusal.body, headers);
    }
  }

  /** Bearer token -> account. @throws Refusal 401, 423, 477 */
  #enter(request: Request): { access: AccessToken; portal: SandboxPortal } {
    const sandbox = this.#sandbox;
    const token = /^Bearer (\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
    const access = token ? sandbox.oauth.access(token) : null;
    const portal = access ? sandbox.portal(access.hubId) : null;
    const now = sandbox.options.clock.now();
    if (!access || !portal || portal.deleted) {
      const message = "Authentication credentials not found or invalid.";
      throw new Refusal(401, { message, category: "INVALID_AUTHENTICATION" });
    }
    if (access.expiresAt <= now) {
      const message = "The OAuth token used to make this call expired.";
      throw new Refusal(401, { message, category: "EXPIRED_AUTHENTICATION" });
    }
    if (portal.movingUntil > now) {
      throw new Refusal(477, {
        message: "This account is moving to another region",
        category: "MIGRATION_IN_PROGRESS",
      });
    }
    if (portal.lockedUntil > now) throw new Refusal(423, { message: "Locked", category: "LOCKED" });
    return { access, portal };
  }

  /** The policy that has no room, else null. Sets the rate headers (facts sheet 4.1). */
  #limited(portal: SandboxPortal, policy: Policy, headers: Record<string, string>): string | null {
    if (this.#sandbox.options.rateLimits === false) return null;
    const now = this.#sandbox.options.clock.now();
    if (policy === "search") return portal.search.take(now) ? null : "SECONDLY";
    if (policy === "exempt") return null;
    const window = policy === "associations" ? portal.associationsWindow : portal.general;
    const passed = window.take(now);
    headers["x-hubspot-ratelimit-max"] = String(window.limit);
    headers["x-hubspot-ratelimit-remaining"] = String(window.remaining(now));
    headers["x-hubspot-ratelimit-interval-milliseconds"] = String(window.lengthMs);
    return passed ? null : "TEN_SECONDLY_ROLLING";
  }

  /** A scope counts when it was granted and the account can still grant it (facts sheet 13.14). */
  #checkScopes(needed: readonly string[], access: AccessToken, portal: SandboxPortal): void {
    const missing = needed.filter(
      (scope) => !access.scopes.includes(scope) || !grantable(scope, portal.plan, portal.scopesAvailable),
    );
    if (missing.length > 0) throw missingScopes([...new Set(missing)]);
  }
}

function names(path: string): number {
  return path.split("{").length;
}

function honoPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ":$1");
}

/** The template with object types filled in and ids left as names. */
function countedPath(path: string, params: Readonly<Record<string, string>>): string {
  return path.replace(
    /\{(\w*[oO]bjectType)\}/g,
    (whole, name: string) => findObjectType(params[name] ?? "")?.plural ?? whole,
  );
}

function checkQuery(operation: Operation, query: URLSearchParams): void {
  for (const [name, value] of query) {
    const field = operation.query.get(name);
    if (!field) throw contractBroken(`${name} is not a query parameter of ${operation.path}`);
    const problem = field.check(value, name);
    if (problem) throw contractBroken(problem);
  }
  for (const [name, field] of operation.query) {
    if (field.required && !query.has(name)) throw contractBroken(`query parameter ${name} is missing`);
  }
}

async function readBody(c: Context, operation: Operation | null, older: boolean, policy: Policy): Promise<unknown> {
  if (!operation?.body) return undefined;
  const type = c.req.header("content-type") ?? "";
  if (!type.startsWith(operation.body.type))
    throw contractBroken(`content type ${type} instead of ${operation.body.type}`);
  const text = await c.req.text();
  if (policy === "search" && text.length > SEARCH_BODY)
    throw contractBroken(`a search body of ${text.length} characters`);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw contractBroken("the body is not JSON");
  }
  const check = older ? operation.body.lenient : operation.body.check;
  const problem = check(body, "body");
  if (problem) throw contractBroken(problem);
  return body;
}
