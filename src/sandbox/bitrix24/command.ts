import type { Call, Handler, Reply } from "./call.ts";
import { checkParams, type MethodSpec, methodSpec } from "./contract.ts";
import type { Bitrix24Sandbox } from "./index.ts";
import { COSTS_S, DEFAULT_COST_S } from "./limits.ts";
import { handlersV2, handlersV3 } from "./methods/index.ts";
import type { SandboxPortal } from "./portal.ts";
import { missing, RestError } from "./rest-error.ts";
import type { AccessToken } from "./tokens.ts";
import type { Params } from "./types.ts";

/** The `time` block of an answer. */
export interface TimeBlock {
  start: number;
  finish: number;
  duration: number;
  processing: number;
  date_start: string;
  date_finish: string;
  operating_reset_at: number;
  operating: number;
}

export interface CommandContext {
  sandbox: Bitrix24Sandbox;
  token: AccessToken;
  connector: string | undefined;
  idempotencyKey: string | null;
  v3: boolean;
}

export interface Outcome {
  reply: Reply;
  time: TimeBlock;
}

const v3Name = (code: string): string => `BITRIX_REST_V3_EXCEPTION_${code}`;

function specFor(context: CommandContext, method: string): { spec: MethodSpec; handler: Handler } {
  const key = method.toLowerCase();
  const spec = methodSpec(key, context.v3);
  const handler = (context.v3 ? handlersV3 : handlersV2).get(key);
  const v3Missing = context.v3 && !context.token.portal.tasksModuleV3;
  if (!spec || !handler || v3Missing) {
    if (!v3Missing) context.sandbox.violation(context.token.portal, method, `method ${method} is not in the contract`);
    if (context.v3) throw new RestError(404, v3Name("METHODNOTFOUNDEXCEPTION"), `Method ${method} not found`);
    throw new RestError(404, "ERROR_METHOD_NOT_FOUND", "Method not found!");
  }
  return { spec, handler };
}

function checkScope(spec: MethodSpec, scopes: readonly string[], v3: boolean): void {
  for (const group of spec.scopes) {
    if (group.some((scope) => scopes.includes(scope))) continue;
    const text = "The request requires higher privileges than provided by the access token";
    throw new RestError(403, v3 ? v3Name("INSUFFICIENTSCOPEEXCEPTION") : "insufficient_scope", text);
  }
}

function checkConfirmation(context: CommandContext, method: string): void {
  const state = context.token.portal.confirmations.get(method.toLowerCase());
  if (state === "waiting") throw new RestError(401, "METHOD_CONFIRM_WAITING", "Waiting for confirmation");
  if (state === "denied") throw new RestError(403, "METHOD_CONFIRM_DENIED", "Method call denied");
}

/** What the vendor says when a required parameter is not there differs by family. */
function missingError(spec: MethodSpec, name: string): RestError {
  if (spec.v3) {
    return new RestError(400, v3Name("VALIDATION_REQUESTVALIDATIONEXCEPTION"), "Error validating the request object", [
      { field: name, message: `Required field \`${name}\` is not specified` },
    ]);
  }
  const family = spec.name.toLowerCase();
  if (family.startsWith("im.")) return new RestError(400, `${name}_EMPTY`, `${name} can't be empty`);
  if (/^(placement|bizproc|userfieldtype|event)\./.test(family)) {
    return new RestError(400, "ERROR_ARGUMENT", `Argument '${name}' is null or empty`);
  }
  if (/^crm\.(deal|contact|company|lead|status|userfield|timeline\.bindings)\./.test(family)) {
    return new RestError(
      400,
      "",
      name === "id" ? "ID is not defined or invalid" : `Parameter '${name}' must be array.`,
    );
  }
  return missing(name);
}

function checkRequired(spec: MethodSpec, params: Params, report: (rule: string) => void): void {
  if (spec.name.startsWith("task.")) return;
  for (const param of spec.params) {
    const value = params[param.name];
    if (!param.required || (value !== undefined && value !== null)) continue;
    report(`${spec.name} needs ${param.name}`);
    throw missingError(spec, param.name);
  }
}

/** @param seconds what the command cost; `operating` is read after it was charged */
export function timeBlock(portal: SandboxPortal, method: string, seconds: number, now: number): TimeBlock {
  const start = now / 1000;
  const { operatingS, resetAtS } = portal.operating.read(method, now);
  return {
    start,
    finish: start + seconds,
    duration: seconds,
    processing: seconds,
    date_start: portal.server.iso(now),
    date_finish: portal.server.iso(now + seconds * 1000),
    operating_reset_at: resetAtS,
    operating: operatingS,
  };
}

/**
 * One command: method known, not parked, scope, confirmation, parameters, handler, cost.
 * @throws RestError
 */
export function runCommand(context: CommandContext, method: string, params: Params): Outcome {
  const { sandbox, token } = context;
  const { portal } = token;
  const key = method.toLowerCase();
  const now = sandbox.now();
  const { spec, handler } = specFor(context, method);
  sandbox.count(key);
  const user = portal.org.users.get(token.userId);
  if (!user?.active) throw new RestError(401, "AUTHORIZATION_ERROR", "Unable to authorize user");
  if (portal.operating.exhausted(key, now)) {
    throw new RestError(429, "OPERATION_TIME_LIMIT", "Method is blocked due to operation time limit.");
  }
  const report = (rule: string) => sandbox.violation(portal, method, rule);
  const scopes = portal.scopes.filter((scope) => token.scopes.includes(scope));
  try {
    checkScope(spec, scopes, context.v3);
  } catch (error) {
    report(`scope of ${spec.name} is not granted`);
    throw error;
  }
  checkConfirmation(context, method);
  if (spec.admin && !user.admin) throw new RestError(403, "ACCESS_DENIED", "Access denied!");
  checkParams(spec, params, report);
  checkRequired(spec, params, report);
  let seconds = sandbox.costs[key] ?? COSTS_S[key] ?? DEFAULT_COST_S;
  const call: Call = {
    sandbox,
    portal,
    user,
    scopes,
    actor: { userId: user.system ? portal.app.installerId : user.id, viaApp: true, connector: context.connector },
    spec,
    now,
    idempotencyKey: context.idempotencyKey,
    violation: report,
    cost: (extra) => {
      seconds += extra;
    },
  };
  let reply: Reply;
  try {
    reply = handler(call, params);
  } finally {
    portal.operating.charge(key, seconds, now);
  }
  return { reply, time: timeBlock(portal, key, seconds, now) };
}
