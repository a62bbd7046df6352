import { entriesOf, isObject, listOf } from "../brackets.ts";
import type { Call, Handlers } from "../call.ts";
import { PAGE } from "../listing.ts";
import type { Department, User } from "../org.ts";
import { RestError } from "../rest-error.ts";
import type { Params } from "../types.ts";

/** What each user scope may see (facts sheet section 3). */
function showUser(call: Call, user: User, select: readonly string[]): Record<string, unknown> {
  const basic = call.scopes.includes("user_basic") || call.scopes.includes("user");
  const whole: Record<string, unknown> = {
    ID: String(user.id),
    XML_ID: null,
    ACTIVE: user.active,
    NAME: user.name,
    LAST_NAME: user.lastName,
    SECOND_NAME: "",
    ...(basic ? { EMAIL: user.email, WORK_PHONE: user.phone, PERSONAL_MOBILE: "" } : {}),
    LAST_LOGIN: call.portal.server.iso(user.registeredAt),
    DATE_REGISTER: call.portal.server.iso(user.registeredAt),
    TIME_ZONE: user.timeZone,
    IS_ONLINE: "N",
    TIMESTAMP_X: {},
    LAST_ACTIVITY_DATE: {},
    PERSONAL_GENDER: "",
    PERSONAL_PHOTO: null,
    PERSONAL_BIRTHDAY: "",
    WORK_POSITION: user.workPosition,
    UF_EMPLOYMENT_DATE: "",
    UF_DEPARTMENT: user.departmentIds,
    USER_TYPE: user.extranet ? "extranet" : "employee",
  };
  if (select.length === 0) return whole;
  return Object.fromEntries(Object.entries(whole).filter(([name]) => name === "ID" || select.includes(name)));
}

const listed = (call: Call): User[] => [...call.portal.org.users.values()].filter((user) => !user.system);

function matches(call: Call, user: User, filter: Record<string, unknown>): boolean {
  const shown = { ...showUser(call, user, []), EMAIL: user.email } as Record<string, unknown>;
  return entriesOf(filter).every(([rawKey, value]) => {
    const [, operator = "", name = ""] = /^(>=|<=|>|<|!|%|@)?(.*)$/.exec(rawKey)!;
    if (!(name in shown)) {
      call.violation(`filter users by ${rawKey} is ignored`);
      return true;
    }
    const wanted = listOf(value).map((each) =>
      each === true || each === "Y" || each === "true"
        ? "true"
        : each === false || each === "N"
          ? "false"
          : String(each),
    );
    const held = Array.isArray(shown[name]) ? (shown[name] as unknown[]).map(String) : [String(shown[name] ?? "")];
    if (operator === ">" || operator === ">=" || operator === "<" || operator === "<=") {
      const [left, right] = [Number(held[0]), Number(wanted[0])];
      if (operator === ">") return left > right;
      if (operator === ">=") return left >= right;
      return operator === "<" ? left < right : left <= right;
    }
    if (operator === "%") return held.some((each) => each.toLowerCase().includes(wanted[0]!.toLowerCase()));
    if (name === "ACTIVE")
      return wanted.some((each) => (each === "1" ? "true" : each === "0" ? "false" : each) === held[0]);
    const hit = held.some((each) => wanted.includes(each));
    return operator === "!" ? !hit : hit;
  });
}

function paged<T>(rows: readonly T[], start: unknown) {
  const offset = Math.max(0, Number(start ?? 0));
  const next = offset + PAGE < rows.length ? { next: offset + PAGE } : {};
  return { rows: rows.slice(offset, offset + PAGE), total: rows.length, ...next };
}

function users(call: Call, params: Params) {
  const filter = isObject(params.FILTER) ? params.FILTER : {};
  const found = listed(call).filter((user) => matches(call, user, filter));
  if (params.sort !== undefined) {
    const name = String(params.sort);
    const down = String(params.order ?? "ASC").toUpperCase() === "DESC";
    const key = (user: User) => (name === "ID" ? user.id : String(showUser(call, user, [])[name] ?? ""));
    found.sort((a, b) => (key(a) < key(b) === down ? 1 : -1));
  }
  const { rows, ...counts } = paged(found, params.start);
  const select = listOf(params.select).map(String);
  return { result: rows.map((user) => showUser(call, user, select)), ...counts };
}

const showDepartment = (each: Department): Record<string, unknown> => ({
  ID: String(each.id),
  NAME: each.name,
  SORT: each.sort,
  ...(each.parent === null ? {} : { PARENT: String(each.parent) }),
  ...(each.headId === null ? {} : { UF_HEAD: String(each.headId) }),
});

function departments(call: Call, params: Params) {
  for (const name of ["ID", "PARENT", "UF_HEAD"]) {
    if (typeof params[name] === "object" && params[name] !== null)
      call.violation(`department.get has no array filter (${name})`);
  }
  const found = [...call.portal.org.departments.values()].filter(
    (each) =>
      (params.ID === undefined || Number(params.ID) === each.id) &&
      (params.NAME === undefined || params.NAME === each.name) &&
      (params.PARENT === undefined || Number(params.PARENT) === each.parent) &&
      (params.UF_HEAD === undefined || Number(params.UF_HEAD) === each.headId),
  );
  const { rows, ...counts } = paged(found, params.START);
  return { result: rows.map(showDepartment), ...counts };
}

/** Users, company structure and working calendar. Facts sheet section 12. */
export const people: Handlers = {
  "user.get": users,
  "user.search": (call, params) => users(call, { ...params, FILTER: isObject(params.FILTER) ? params.FILTER : {} }),
  "user.current": (call) => ({ result: showUser(call, call.user, []) }),
  "user.fields": (call) => ({
    result: Object.fromEntries(Object.keys(showUser(call, call.user, [])).map((name) => [name, name])),
  }),
  "department.get": departments,
  "department.fields": () => ({
    result: { ID: "ID", NAME: "Department name", SORT: "Sorting", PARENT: "Parent department", UF_HEAD: "Head" },
  }),
  "im.department.managers.get": (call, params) => {
    const ids = listOf(params.ID).map(Number);
    if (ids.length === 0) throw new RestError(400, "ID_EMPTY", "Department ID can't be empty");
    const pairs = ids
      .filter((id) => call.portal.org.departments.has(id))
      .map((id) => [String(id), call.portal.org.headsOf(id)] as const);
    if (params.USER_DATA !== "Y") return { result: pairs.length === 0 ? [] : Object.fromEntries(pairs) };
    const card = (id: number) => ({
      id,
      name: call.portal.org.users.get(id)?.name ?? "",
      active: call.portal.org.users.get(id)?.active,
    });
    return { result: Object.fromEntries(pairs.map(([id, heads]) => [id, heads.map(card)])) };
  },
  "calendar.settings.get": ({ portal }) => ({
    result: {
      work_time_start: portal.calendar.workTimeStart,
      work_time_end: portal.calendar.workTimeEnd,
      year_holidays: portal.calendar.yearHolidays,
      year_workdays: portal.calendar.yearWorkdays,
      week_holidays: portal.calendar.weekHolidays,
      week_start: "MO",
      user_name_template: "#NAME# #LAST_NAME#",
      sync_by_push: false,
      user_show_login: true,
    },
  }),
  "timeman.schedule.get": (_call, params) => ({
    result: { ID: Number(params.id), NAME: "Default", SCHEDULE_TYPE: "FIXED", SHIFTS: [] },
  }),
  "timeman.settings": ({ user }) => ({ result: { UF_TIMEMAN: true, UF_TM_FREE: false, ADMIN: user.admin } }),
};

const node = (each: Department) => ({
  id: each.id,
  name: each.name,
  type: "DEPARTMENT",
  structureId: 1,
  parentId: each.parent,
  description: "",
  accessCode: `D${each.id}`,
});

/** The company structure on REST 3.0. */
export const peopleV3: Handlers = {
  "humanresources.node.list": ({ portal }) => ({ result: { items: [...portal.org.departments.values()].map(node) } }),
  "humanresources.node.get": ({ portal }, params) => {
    const found = portal.org.departments.get(Number(params.id));
    if (!found) throw new RestError(404, "BITRIX_REST_V3_EXCEPTION_ENTITYNOTFOUNDEXCEPTION", "Entity not found");
    return { result: { item: node(found) } };
  },
  "humanresources.employee.subordinates": ({ portal }, params) => ({
    result: {
      userId: Number(params.id),
      departments: [...portal.org.departments.values()]
        .filter((each) => each.headId === Number(params.id))
        .map((each) => ({ id: each.id, name: each.name })),
    },
  }),
};
