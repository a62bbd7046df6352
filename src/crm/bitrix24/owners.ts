/** Owners, their managers through the company structure, pipelines. Facts sheet sections 8.4 and 12. */
import { z } from "zod";
import type { Owner, Stage } from "../port.ts";
import { type Client, type Command, type Reply, resultOf, shapeOf } from "./client.ts";
import { allPages } from "./read.ts";
import { flagOf, idOf, idsOf, textOf } from "./values.ts";

/** Requests that listing the owners takes at most, up to 2,500 users and departments. */
const OWNERS_REQUESTS = 2;

const Id = z.union([z.string(), z.number()]);
const Users = z.array(
  z.looseObject({
    ID: Id,
    ACTIVE: z.unknown(),
    UF_DEPARTMENT: z.unknown().optional(),
    TIME_ZONE: z.unknown().optional(),
  }),
);
const Names = z.array(z.looseObject({ ID: Id, NAME: z.unknown().optional(), LAST_NAME: z.unknown().optional() }));
const Departments = z.array(z.looseObject({ ID: Id, PARENT: z.unknown().optional(), UF_HEAD: z.unknown().optional() }));

interface Department {
  parent: string | null;
  head: string | null;
}

/** Names of the people who work here now, by user id; for screens, never stored. @throws CrmFailure */
export async function readOwnerNames(client: Client, nowMs: number): Promise<ReadonlyMap<string, string>> {
  client.limits.require(new Map(), nowMs, OWNERS_REQUESTS);
  const params = {
    sort: "ID",
    order: "ASC",
    FILTER: { USER_TYPE: "employee", ACTIVE: true },
    select: ["ID", "NAME", "LAST_NAME"],
    start: 0,
  };
  const pages = await allPages(client, new Map([["users", { method: "user.get", params }]]));
  const names = new Map<string, string>();
  for (const { ID, NAME, LAST_NAME } of pages.get("users")!.flatMap((page) => shapeOf(Names, page, "user.get"))) {
    const name = [textOf(NAME), textOf(LAST_NAME)].filter(Boolean).join(" ");
    if (name !== "") names.set(String(ID), name);
  }
  return names;
}

/**
 * All users, dismissed ones included, with the head above each. Bots, mail users and system users are not among them.
 * @param withDepartments whether the scope `department` was granted; without it nobody has a manager
 * @throws CrmFailure
 */
export async function readOwners(client: Client, withDepartments: boolean, nowMs: number): Promise<Owner[]> {
  client.limits.require(new Map(), nowMs, OWNERS_REQUESTS);
  const commands = new Map<string, Command>([
    [
      "users",
      {
        method: "user.get",
        params: {
          sort: "ID",
          order: "ASC",
          FILTER: { USER_TYPE: "employee" },
          ADMIN_MODE: true,
          select: ["ID", "ACTIVE", "UF_DEPARTMENT", "TIME_ZONE"],
          start: 0,
        },
      },
    ],
  ]);
  if (withDepartments)
    commands.set("tree", { method: "department.get", params: { sort: "ID", order: "ASC", START: 0 } });
  const pages = await allPages(client, commands, (key) => (key === "tree" ? "START" : "start"));
  const users = pages.get("users")!.flatMap((page) => shapeOf(Users, page, "user.get"));
  const departments = new Map<string, Department>();
  for (const page of pages.get("tree") ?? []) {
    for (const { ID, PARENT, UF_HEAD } of shapeOf(Departments, page, "department.get")) {
      departments.set(String(ID), { parent: idOf(PARENT), head: idOf(UF_HEAD) });
    }
  }
  const active = new Set(users.filter(({ ACTIVE }) => flagOf(ACTIVE) === true).map(({ ID }) => String(ID)));
  return users.map(({ ID, UF_DEPARTMENT, TIME_ZONE }) => {
    const id = String(ID);
    const teamIds = idsOf(UF_DEPARTMENT).sort((a, b) => Number(a) - Number(b));
    return {
      id,
      userId: id,
      active: active.has(id),
      managerId: managerOf(id, teamIds, departments, active),
      teamIds,
      zone: textOf(TIME_ZONE),
    };
  });
}

/**
 * The head of the user's department; of the department above it when the user is the head, there is none, or the head was
 * dismissed; and so on to the root. Of several departments the one with the lowest id that leads to somebody decides.
 */
export function managerOf(
  userId: string,
  teamIds: readonly string[],
  departments: ReadonlyMap<string, Department>,
  active: ReadonlySet<string>,
): string | null {
  for (const team of teamIds) {
    const seen = new Set<string>();
    for (let at: string | null = team; at !== null && !seen.has(at); at = departments.get(at)?.parent ?? null) {
      seen.add(at);
      const head: string | null = departments.get(at)?.head ?? null;
      if (head !== null && head !== userId && active.has(head)) return head;
    }
  }
  return null;
}

const Categories = z.looseObject({ categories: z.array(z.looseObject({ id: Id })) });
const Statuses = z.array(
  z.looseObject({ STATUS_ID: z.string(), SEMANTICS: z.string().nullish(), EXTRA: z.unknown().optional() }),
);

/** Requests that listing the stages takes. */
const STAGES_REQUESTS = 2;

/** Stages of all deal pipelines that the token's user may read. @throws CrmFailure */
export async function readStages(client: Client, nowMs: number): Promise<Stage[]> {
  client.limits.require(new Map(), nowMs, STAGES_REQUESTS);
  const listed = await client.batch(new Map([["c", { method: "crm.category.list", params: { entityTypeId: 2 } }]]));
  const pipelines = shapeOf(Categories, resultOf(listed, "c"), "crm.category.list").categories.map(({ id }) =>
    String(id),
  );
  const commands = new Map<string, Command>(
    pipelines.slice(0, 50).map((id) => {
      const entity = id === "0" ? "DEAL_STAGE" : `DEAL_STAGE_${id}`;
      return [
        `s${id}`,
        { method: "crm.status.list", params: { filter: { ENTITY_ID: entity }, order: { SORT: "ASC" } } },
      ];
    }),
  );
  const replies: ReadonlyMap<string, Reply> = await client.batch(commands);
  return pipelines.slice(0, 50).flatMap((pipeline) =>
    shapeOf(Statuses, resultOf(replies, `s${pipeline}`), "crm.status.list").map(({ STATUS_ID, SEMANTICS }) => ({
      kind: "deal" as const,
      pipeline,
      stage: STATUS_ID,
      outcome: SEMANTICS === "S" ? ("won" as const) : SEMANTICS === "F" ? ("lost" as const) : ("open" as const),
    })),
  );
}
