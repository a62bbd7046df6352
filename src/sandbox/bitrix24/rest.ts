import { ConnectionCut } from "../faults.ts";
import { commandsOf, methodOf, runBatch } from "./batch.ts";
import { parseForm } from "./brackets.ts";
import { type CommandContext, runCommand, timeBlock } from "./command.ts";
import { methodSpec, TELEMETRY } from "./contract.ts";
import type { Bitrix24Sandbox } from "./index.ts";
import type { SandboxPortal } from "./portal.ts";
import { RestError } from "./rest-error.ts";
import type { AccessToken } from "./tokens.ts";
import type { CallRecord, Params } from "./types.ts";

interface Parsed {
  /** as called, without slashes and extension */
  method: string;
  v3: boolean;
  query: Params;
  body: Params;
  /** merged, query first, without `auth` */
  params: Params;
  auth: string | null;
  connector: string | undefined;
  idempotencyKey: string | null;
  rawBody: string;
}

/** The portal lets a framed app call from the browser. */
const CORS = { "access-control-allow-origin": "*", "access-control-expose-headers": "*" };

const json = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...CORS, ...headers },
  });

const DEAD_STATUS: Record<string, number> = {
  OVERLOAD_LIMIT: 503,
  PAYMENT_REQUIRED: 401,
  ERROR_OAUTH: 401,
  APPLICATION_NOT_FOUND: 401,
  AUTHORIZATION_ERROR: 401,
  ACCESS_DENIED: 403,
  user_access_error: 403,
};

async function parse(request: Request, path: string): Promise<Parsed> {
  const v3 = /^\/*api\//.test(path);
  const method = decodeURIComponent(path.replace(/^\/*(api\/+)?/, "").replace(/\/+$/, "")).replace(/\.(json|xml)$/, "");
  const query = parseForm(new URL(request.url).search.slice(1));
  const rawBody = request.method === "GET" || request.method === "HEAD" ? "" : await request.text();
  const type = request.headers.get("content-type") ?? "";
  let body: Params = {};
  if (rawBody.trim() !== "") {
    if (type.includes("json") || (!type.includes("form") && /^\s*[[{]/.test(rawBody))) {
      try {
        body = JSON.parse(rawBody) as Params;
      } catch {
        throw new RestError(400, "INVALID_REQUEST", "The request body is not valid JSON");
      }
    } else body = parseForm(rawBody);
  }
  const merged: Params = v3 ? { ...body } : { ...query, ...body };
  const auth = merged.auth ?? null;
  const connector = merged.auth_connector;
  delete merged.auth;
  if (
    connector !== undefined &&
    !["event.bind", "event.offline.list", "event.offline.get"].includes(method.toLowerCase())
  ) {
    delete merged.auth_connector;
  }
  return {
    method,
    v3,
    query,
    body,
    params: merged,
    auth: typeof auth === "string" && auth !== "" ? auth : null,
    connector: typeof connector === "string" ? connector : undefined,
    idempotencyKey: v3 ? request.headers.get("idempotency-key") : null,
    rawBody,
  };
}

function authenticate(sandbox: Bitrix24Sandbox, portal: SandboxPortal | null, auth: string | null): AccessToken {
  if (auth === null) throw new RestError(401, "NO_AUTH_FOUND", "Wrong authorization data");
  const token = sandbox.tokens.access(auth);
  if (!token || (portal !== null && token.portal !== portal)) {
    throw new RestError(401, "invalid_token", "Unable to get application by token");
  }
  if (token.dead || !token.portal.app.present) throw new RestError(401, "ERROR_OAUTH", "Application not installed");
  if (token.expiresAt <= sandbox.now())
    throw new RestError(401, "expired_token", "The access token provided has expired.");
  return token;
}

function checkPortal(sandbox: Bitrix24Sandbox, portal: SandboxPortal): void {
  const dead = portal.deadCode;
  if (dead !== null) {
    const status = dead === "PORTAL_DELETED" ? sandbox.switches.portalDeletedStatus : (DEAD_STATUS[dead] ?? 500);
    throw new RestError(status, dead, `The portal answers ${dead}`);
  }
  if (portal.app.paymentExpired) throw new RestError(401, "PAYMENT_REQUIRED", "Payment required");
  if (portal.plan === "free-no-rest")
    throw new RestError(403, "ACCESS_DENIED", "REST is available only on commercial plans.");
}

/** Positional methods read the keys in their order; telemetry in the query string breaks them (section 4.1). */
function checkPositional(sandbox: Bitrix24Sandbox, portal: SandboxPortal, parsed: Parsed): void {
  if (parsed.v3 || !/^task\./.test(parsed.method)) return;
  const extra = Object.keys(parsed.query).filter((key) => key !== "auth" && Object.keys(parsed.body).length > 0);
  const telemetry = Object.keys(parsed.query).filter((key) => TELEMETRY.has(key));
  if (extra.length > 0 || telemetry.length > 0) {
    sandbox.violation(portal, parsed.method, "a positional method takes no extra query parameters");
    const text = `TASKS_ERROR_EXCEPTION_#256; Param #0 (taskId) for method ${parsed.method}() expected to be of type "integer", but given something else.; 256/TE/WRONG_ARGUMENTS<br>`;
    throw new RestError(400, "ERROR_CORE", text);
  }
}

function errorResponse(error: RestError, v3: boolean): Response {
  if (!v3) return json(error.status, { error: error.code, error_description: error.message });
  const known = error.code.startsWith("BITRIX_REST_V3") || /^[A-Za-z_]+$/.test(error.code);
  const code = known ? error.code : "BITRIX_REST_V3_EXCEPTION_INTERNALEXCEPTION";
  return json(error.status, {
    error: { code, message: error.message, ...(error.validation ? { validation: error.validation } : {}) },
  });
}

function isWrite(parsed: Parsed): boolean {
  if (parsed.method.toLowerCase() !== "batch") return methodSpec(parsed.method, parsed.v3)?.write ?? false;
  const commands = Object.values((parsed.params.cmd ?? {}) as Record<string, unknown>);
  return commands.some((command) => methodSpec(methodOf(String(command)), false)?.write ?? false);
}

interface Processed {
  response: Response;
  commands: number;
  error: string | null;
  userId: number | null;
}

function execute(sandbox: Bitrix24Sandbox, portal: SandboxPortal | null, parsed: Parsed): Processed {
  let userId: number | null = null;
  try {
    if (portal) checkPortal(sandbox, portal);
    const token = authenticate(sandbox, portal, parsed.auth);
    if (!portal) checkPortal(sandbox, token.portal);
    userId = token.userId;
    checkPositional(sandbox, token.portal, parsed);
    const context: CommandContext = {
      sandbox,
      token,
      connector: parsed.connector,
      idempotencyKey: parsed.idempotencyKey,
      v3: parsed.v3,
    };
    if (parsed.method.toLowerCase() === "batch" && !parsed.v3) {
      let commands: [string, string][];
      try {
        commands = commandsOf(parsed.params);
      } catch (error) {
        sandbox.violation(token.portal, "batch", "a batch of more than 50 commands");
        throw error;
      }
      const summary = runBatch(context, parsed.params, commands);
      const body = { result: summary.result, time: timeBlock(token.portal, "batch", 0, sandbox.now()) };
      return { response: json(200, body), commands: commands.length, error: summary.errors[0] ?? null, userId };
    }
    const { reply, time } = runCommand(context, parsed.method, parsed.params);
    const { result, total, next } = reply;
    const body = { result, ...(next === undefined ? {} : { next }), ...(total === undefined ? {} : { total }), time };
    const headers: Record<string, string> = reply.replayed ? { "idempotent-replayed": "true" } : {};
    return { response: json(200, body, headers), commands: 1, error: null, userId };
  } catch (error) {
    if (!(error instanceof RestError)) throw error;
    return { response: errorResponse(error, parsed.v3), commands: 1, error: error.code, userId };
  }
}

/** The dial, the bucket, then the work. @throws ConnectionCut */
function answer(
  sandbox: Bitrix24Sandbox,
  portal: SandboxPortal | null,
  owner: SandboxPortal | null,
  request: Request,
  parsed: Parsed,
  write: boolean,
): Processed {
  const refuse = (status: number, code: string, text: string): Processed => {
    const response = errorResponse(new RestError(status, code, text), parsed.v3);
    return { response, commands: 1, error: code, userId: null };
  };
  const fault = sandbox.callFault(request.method, new URL(request.url).pathname, write);
  if (fault === "limited") return refuse(503, "QUERY_LIMIT_EXCEEDED", "Too many requests");
  if (fault === "unavailable") return refuse(500, "INTERNAL_SERVER_ERROR", "Internal server error");
  if (fault === "cut-before") throw new ConnectionCut();
  if (owner && !owner.bucket.admit(sandbox.now())) return refuse(503, "QUERY_LIMIT_EXCEEDED", "Too many requests");
  if (fault === "late-write") {
    sandbox.options.clock.after(sandbox.options.faults?.lateMs ?? 20_000, () => {
      execute(sandbox, portal, parsed);
    });
    throw new ConnectionCut();
  }
  const done = execute(sandbox, portal, parsed);
  if (fault === "cut-after") throw new ConnectionCut();
  return done;
}

/**
 * A request to `/rest/…` of a portal (null: the portal of the token). Order of refusals: fault dial, bucket, portal, token, command.
 * @throws ConnectionCut when the dial cuts
 */
export async function handleRest(
  sandbox: Bitrix24Sandbox,
  portal: SandboxPortal | null,
  request: Request,
  path: string,
): Promise<Response> {
  if (request.method === "OPTIONS") {
    const allowed = { "access-control-allow-methods": "GET, POST, OPTIONS", "access-control-allow-headers": "*" };
    return new Response(null, { status: 204, headers: { ...CORS, ...allowed } });
  }
  let parsed: Parsed;
  try {
    parsed = await parse(request, path);
  } catch (error) {
    if (!(error instanceof RestError)) throw error;
    sandbox.violation(portal, path, error.message);
    return errorResponse(error, false);
  }
  const owner = portal ?? (parsed.auth ? (sandbox.tokens.access(parsed.auth)?.portal ?? null) : null);
  const write = isWrite(parsed);
  const record: CallRecord = {
    at: sandbox.now(),
    kind: "rest",
    portal: owner?.memberId ?? null,
    method: parsed.v3 ? `${parsed.method}@v3` : parsed.method,
    commands: 1,
    write,
    status: 0,
    error: null,
    userId: null,
  };
  sandbox.calls.push(record);
  const { response, ...done } = answer(sandbox, portal, owner, request, parsed, write);
  Object.assign(record, done, { status: response.status });
  return response;
}
