import { entriesOf, isObject } from "../brackets.ts";
import type { Call, Handlers } from "../call.ts";
import type { Robot, RobotRun } from "../installation.ts";
import { classic, forbidden, RestError } from "../rest-error.ts";
import type { Params } from "../types.ts";
import { listWorkflows, startWorkflow } from "./client-messages.ts";

const TYPES = new Set(["bool", "date", "datetime", "double", "file", "int", "select", "string", "text", "user"]);
const invalid = (text: string) => new RestError(400, "ERROR_ACTIVITY_VALIDATION_FAILURE", text);

function checkProperties(properties: unknown, name: string): void {
  for (const [key, property] of entriesOf(properties)) {
    if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(key)) throw invalid(`Wrong property key in ${name}: ${key}`);
    if (!isObject(property) || property.Name === undefined) throw invalid(`Empty property NAME (${key})`);
    if (!TYPES.has(String(property.Type ?? "string"))) throw invalid(`Wrong property type (${key})`);
  }
}

function checkHandler(call: Call, handler: unknown): string {
  const url = String(handler);
  if (!URL.canParse(url)) {
    call.violation("a robot's handler must be an absolute URL");
    throw new RestError(400, "ERROR_WRONG_HANDLER_URL", "Wrong handler URL");
  }
  if (!/^https?:/.test(url)) throw new RestError(400, "ERROR_UNSUPPORTED_PROTOCOL", "Unsupported handler protocol");
  const own = new URL(call.sandbox.options.appUrl).host;
  if (new URL(url).host !== own) {
    call.violation(`a robot's handler must be on ${own}`);
    throw new RestError(400, "ERROR_WRONG_HANDLER_URL", "Handler URL host doesn't match to application url");
  }
  return url;
}

function checkCode(code: unknown): string {
  const text = String(code);
  if (!/^[a-zA-Z0-9._-]+$/.test(text)) throw invalid("Wrong activity code!");
  return text;
}

const subscription = (value: unknown): Robot["useSubscription"] => (value === "Y" || value === "N" ? value : "");

function needAutomation(call: Call): void {
  if (!call.portal.automation) throw forbidden("Access denied! Automation is not available on this plan");
}

function addRobot(call: Call, params: Params) {
  needAutomation(call);
  const code = checkCode(params.CODE);
  const handler = checkHandler(call, params.HANDLER);
  checkProperties(params.PROPERTIES, "PROPERTIES");
  checkProperties(params.RETURN_PROPERTIES, "RETURN_PROPERTIES");
  const { robots } = call.portal.app;
  if (robots.has(code))
    throw new RestError(400, "ERROR_ACTIVITY_ALREADY_INSTALLED", "Activity or Robot already installed!");
  robots.set(code, {
    code,
    handler,
    authUserId: Number(params.AUTH_USER_ID ?? 0),
    useSubscription: subscription(params.USE_SUBSCRIPTION),
    definition: { ...params },
  });
  return { result: true };
}

function robotOf(call: Call, params: Params): Robot {
  const robot = call.portal.app.robots.get(checkCode(params.CODE));
  if (!robot) throw new RestError(404, "ERROR_ACTIVITY_NOT_FOUND", "Activity or Robot not found!");
  return robot;
}

function updateRobot(call: Call, params: Params) {
  const robot = robotOf(call, params);
  if (!isObject(params.FIELDS) || Object.keys(params.FIELDS).length === 0) throw invalid("No fields to update");
  const fields = params.FIELDS;
  if (fields.HANDLER !== undefined) robot.handler = checkHandler(call, fields.HANDLER);
  checkProperties(fields.PROPERTIES, "PROPERTIES");
  checkProperties(fields.RETURN_PROPERTIES, "RETURN_PROPERTIES");
  if (fields.AUTH_USER_ID !== undefined) robot.authUserId = Number(fields.AUTH_USER_ID);
  if (fields.USE_SUBSCRIPTION !== undefined) robot.useSubscription = subscription(fields.USE_SUBSCRIPTION);
  Object.assign(robot.definition, fields);
  return { result: true };
}

function runOf(call: Call, params: Params): RobotRun {
  const run = call.portal.app.runs.find((each) => each.eventToken === params.EVENT_TOKEN);
  if (!run?.waiting) throw forbidden("Access denied!");
  return run;
}

function sendEvent(call: Call, params: Params) {
  const run = runOf(call, params);
  const known = call.portal.app.robots.get(run.code)?.definition.RETURN_PROPERTIES;
  const names = entriesOf(known).map(([name]) => name);
  for (const [name] of entriesOf(params.RETURN_VALUES)) {
    if (!names.includes(name)) call.violation(`robot ${run.code} returns ${name}, which it does not declare`);
  }
  run.returned = isObject(params.RETURN_VALUES) ? { ...params.RETURN_VALUES } : {};
  run.waiting = false;
  if (params.LOG_MESSAGE !== undefined) run.log.push(String(params.LOG_MESSAGE));
  return { result: true };
}

function triggerCode(params: Params): string {
  const code = String(params.CODE);
  if (!/^[a-z0-9.\-_]+$/.test(code)) throw classic("Wrong trigger code!");
  return code;
}

/** Automation rules (robots) and triggers. Facts sheet section 14. */
export const automation: Handlers = {
  "bizproc.robot.add": addRobot,
  "bizproc.robot.update": updateRobot,
  "bizproc.robot.list": (call) => ({ result: [...call.portal.app.robots.keys()] }),
  "bizproc.robot.delete": (call, params) => {
    call.portal.app.robots.delete(robotOf(call, params).code);
    return { result: true };
  },
  "bizproc.event.send": sendEvent,
  "bizproc.activity.log": (call, params) => {
    if (params.LOG_MESSAGE === "") throw new RestError(400, "ERROR_EMPTY_LOG_MESSAGE", "Empty log message");
    runOf(call, params).log.push(String(params.LOG_MESSAGE));
    return { result: true };
  },
  "bizproc.workflow.start": startWorkflow,
  "bizproc.workflow.template.list": listWorkflows,
  "crm.automation.trigger.add": (call, params) => {
    needAutomation(call);
    call.portal.app.triggers.set(triggerCode(params), String(params.NAME));
    return { result: true };
  },
  "crm.automation.trigger.list": (call) => ({
    result: [...call.portal.app.triggers].map(([CODE, NAME]) => ({ NAME, CODE })),
  }),
  "crm.automation.trigger.delete": (call, params) => {
    if (!call.portal.app.triggers.delete(triggerCode(params))) throw classic("Trigger not found!");
    return { result: true };
  },
  "crm.automation.trigger.execute": (call, params) => {
    const code = triggerCode(params);
    if (!call.portal.app.triggers.has(code)) throw classic("Trigger not found!");
    const [ownerTypeId, ownerId] = [Number(params.OWNER_TYPE_ID), Number(params.OWNER_ID)];
    call.portal.app.triggered.push({ code, ownerTypeId, ownerId, at: call.now });
    return { result: true };
  },
  "crm.automation.trigger": () => ({ result: true }),
  "sonet_group.create": () => ({ result: 1 }),
};
