import { isObject, listOf } from "../brackets.ts";
import type { Call, Handlers } from "../call.ts";
import { EVENT_SCOPES } from "../contract.ts";
import type { OfflineEvent } from "../events.ts";
import { forbidden, RestError } from "../rest-error.ts";
import type { Params } from "../types.ts";

function eventName(call: Call, value: unknown): string {
  const name = String(value).toUpperCase();
  const dynamic = /^ONCRMDYNAMICITEM(ADD|UPDATE|DELETE)_\d+$/.test(name) && call.sandbox.switches.dynamicEventPerType;
  const scope = dynamic ? "crm" : EVENT_SCOPES.get(name);
  if (scope === undefined || (scope !== "basic" && !call.scopes.includes(scope))) {
    call.violation(`event ${name} is not available`);
    throw new RestError(400, "ERROR_EVENT_NOT_FOUND", "Event not found");
  }
  return name;
}

function bind(call: Call, params: Params) {
  const event = eventName(call, params.event);
  const offline = params.event_type === "offline";
  const authType = Number(params.auth_type ?? 0);
  if (offline && !call.user.admin)
    throw forbidden("Access denied! Offline events binding requires administrator access rights");
  if (offline && !call.portal.offlineEvents)
    throw forbidden("Access denied! Offline events are not available on this plan");
  if (!call.user.admin && authType !== 0 && authType !== call.user.id) {
    throw forbidden("Access denied! Event binding with AUTH_TYPE requires administrator access rights");
  }
  const handler = offline ? "" : String(params.handler);
  if (!offline && !URL.canParse(handler)) {
    call.violation("event.bind needs an absolute handler URL");
    throw new RestError(400, "ERROR_WRONG_HANDLER_URL", "Wrong handler URL");
  }
  const connector = String(params.auth_connector ?? "");
  const twin = call.portal.events.bindings.some(
    (each) =>
      each.event === event &&
      each.handler === handler &&
      each.authType === authType &&
      each.offline === offline &&
      each.connector === connector,
  );
  if (twin) {
    const coded = call.sandbox.switches.duplicateBindError === "ERROR_EVENT_BINDING_EXISTS";
    const text = "Unable to set event handler: Handler already binded";
    throw new RestError(
      400,
      coded ? "ERROR_EVENT_BINDING_EXISTS" : "",
      coded ? "Event handler is already bound" : text,
    );
  }
  const options = isObject(params.options) ? params.options : {};
  const userId = call.user.admin && authType === 0 ? 0 : call.user.id;
  call.portal.events.bind({
    event,
    handler,
    authType: call.user.admin ? authType : call.user.id,
    offline,
    connector,
    options,
    userId,
  });
  return { result: true };
}

function unbind(call: Call, params: Params) {
  const event = String(params.event).toUpperCase();
  const offline = params.event_type === "offline";
  if (offline && !call.user.admin)
    throw forbidden("Access denied! Offline events unbinding requires administrator access rights");
  const authType = params.auth_type === undefined ? null : Number(params.auth_type);
  const count = call.portal.events.unbind(
    (each) =>
      each.event === event &&
      each.offline === offline &&
      (offline || each.handler === params.handler) &&
      (authType === null || each.authType === authType) &&
      (call.user.admin || each.userId === call.user.id),
  );
  return { result: { count } };
}

const shown = (call: Call, each: OfflineEvent): Record<string, unknown> => ({
  ID: String(each.id),
  TIMESTAMP_X: call.portal.server.iso(each.timestamp),
  EVENT_NAME: each.event,
  EVENT_DATA: each.data,
  EVENT_ADDITIONAL: false,
  MESSAGE_ID: each.messageId,
  PROCESS_ID: each.processId,
  ERROR: each.error ? "1" : "0",
});

function needOffline(call: Call): void {
  if (!call.portal.offlineEvents) throw forbidden("Access denied!");
}

function matching(call: Call, params: Params): OfflineEvent[] {
  const filter = isObject(params.filter) ? params.filter : {};
  const names = filter.EVENT_NAME === undefined ? null : listOf(filter.EVENT_NAME).map(String);
  const connector = String(params.auth_connector ?? "");
  return call.portal.events.offline.filter(
    (each) => each.connector === connector && (names === null || names.includes(each.event)),
  );
}

function take(call: Call, params: Params) {
  needOffline(call);
  const clear = String(params.clear ?? "1") !== "0";
  const limit = Number(params.limit ?? 50);
  const wanted = params.process_id ? String(params.process_id) : null;
  const errors = String(params.error ?? "0") === "1";
  const open = matching(call, params).filter(
    (each) => each.error === errors && (wanted === null ? each.processId === "" || errors : each.processId === wanted),
  );
  const taken = open.sort((a, b) => a.timestamp - b.timestamp || a.id - b.id).slice(0, limit);
  if (clear) {
    call.portal.events.forgetOffline(taken);
    return { result: { process_id: null, events: taken.map((each) => shown(call, each)) } };
  }
  const processId = wanted ?? call.sandbox.word(32);
  call.portal.events.reserve(taken, processId);
  return { result: { process_id: processId, events: taken.map((each) => shown(call, each)) } };
}

/** event.* and event.offline.*. Facts sheet sections 7.1 and 7.7. */
export const eventMethods: Handlers = {
  "event.bind": bind,
  "event.unbind": unbind,
  "event.get": (call) => ({
    result: call.portal.events.bindings
      .filter((each) => call.user.admin || each.userId === call.user.id)
      .map((each) => ({
        event: each.event,
        handler: each.handler,
        auth_type: String(each.authType),
        offline: each.offline ? 1 : 0,
        ...(each.connector === "" ? {} : { connector_id: each.connector }),
      })),
  }),
  "event.offline.get": take,
  "event.offline.list": (call, params) => {
    needOffline(call);
    const events = matching(call, params);
    return { result: events.slice(0, 50).map((each) => shown(call, each)), total: events.length };
  },
  "event.offline.clear": (call, params) => {
    needOffline(call);
    const ids = listOf(params.id).map(Number);
    const messages = listOf(params.message_id).map(String);
    const confirmed = call.portal.events.offline.filter((each) => {
      if (each.processId !== params.process_id) return false;
      if (ids.length > 0) return ids.includes(each.id);
      return messages.length === 0 || messages.includes(each.messageId);
    });
    call.portal.events.forgetOffline(confirmed);
    return { result: true };
  },
  "event.offline.error": (call, params) => {
    needOffline(call);
    const messages = listOf(params.message_id).map(String);
    for (const each of call.portal.events.offline) {
      if (each.processId === params.process_id && messages.includes(each.messageId)) each.error = true;
    }
    return { result: true };
  },
};
