import type { ServerZone } from "./server-zone.ts";

export interface User {
  id: number;
  name: string;
  lastName: string;
  email: string;
  phone: string;
  workPosition: string;
  departmentIds: number[];
  admin: boolean;
  active: boolean;
  /** IANA name; empty = the company's */
  timeZone: string;
  registeredAt: number;
  /** the technical clone that keeps a dismissed installer's tokens alive; never listed */
  system: boolean;
  extranet: boolean;
  /** what CRM records and tasks this person may see */
  sees: "all" | "department" | "own" | "none";
}

export interface NewUser {
  departmentIds?: readonly number[];
  admin?: boolean;
  active?: boolean;
  timeZone?: string;
  name?: string;
  lastName?: string;
  email?: string;
  workPosition?: string;
  extranet?: boolean;
  sees?: User["sees"];
}

export interface Department {
  id: number;
  name: string;
  sort: number;
  parent: number | null;
  headId: number | null;
}

const FIRST = ["Ada", "Bruno", "Carla", "Dmitri", "Elena", "Farid", "Greta", "Hugo", "Irina", "Jonas", "Katya", "Luis"];
const LAST = [
  "Albrecht",
  "Borodin",
  "Castillo",
  "Dubois",
  "Eriksen",
  "Fischer",
  "Garin",
  "Hansen",
  "Ivanova",
  "Jansen",
];

/** People and the company structure (facts sheet section 12). */
export class Org {
  readonly users = new Map<number, User>();
  readonly departments = new Map<number, Department>();
  #now: () => number;
  readonly server: ServerZone;

  constructor(now: () => number, server: ServerZone, companyName: string) {
    this.#now = now;
    this.server = server;
    this.departments.set(1, { id: 1, name: companyName, sort: 500, parent: null, headId: null });
  }

  addUser(given: NewUser): User {
    const id = this.users.size === 0 ? 1 : Math.max(...this.users.keys()) + 1;
    const name = given.name ?? FIRST[id % FIRST.length]!;
    const lastName = given.lastName ?? `${LAST[id % LAST.length]!} ${id}`;
    const user: User = {
      id,
      name,
      lastName,
      email: given.email ?? `${name}.${id}@staff.example`.toLowerCase(),
      phone: `+49 30 5550${String(id).padStart(4, "0")}`,
      workPosition: given.workPosition ?? "",
      departmentIds: [...(given.departmentIds ?? [1])],
      admin: given.admin ?? false,
      active: given.active ?? true,
      timeZone: given.timeZone ?? "",
      registeredAt: this.#now(),
      system: false,
      extranet: given.extranet ?? false,
      sees: given.sees ?? "all",
    };
    this.users.set(id, user);
    return user;
  }

  addDepartment(given: { name?: string; parent?: number; headId?: number | null }): Department {
    const id = Math.max(...this.departments.keys()) + 1;
    const department = {
      id,
      name: given.name ?? `Department ${id}`,
      sort: 500,
      parent: given.parent ?? 1,
      headId: given.headId ?? null,
    };
    this.departments.set(id, department);
    return department;
  }

  /** The administrator in whose name the portal itself acts. */
  firstAdminId(): number {
    for (const user of this.users.values()) if (user.admin && user.active) return user.id;
    return 1;
  }

  /** Heads of a department, or of the nearest one above that has a head. */
  headsOf(departmentId: number): number[] {
    const head = this.departments.get(departmentId)?.headId;
    return head ? [head] : [];
  }

  /** Everybody in the departments that this user heads, and below. */
  subordinates(userId: number): Set<number> {
    const headed = new Set<number>();
    for (const department of this.departments.values()) if (department.headId === userId) headed.add(department.id);
    for (let grown = true; grown; ) {
      grown = false;
      for (const department of this.departments.values()) {
        if (department.parent !== null && headed.has(department.parent) && !headed.has(department.id)) {
          headed.add(department.id);
          grown = true;
        }
      }
    }
    const people = new Set<number>();
    for (const user of this.users.values()) {
      if (user.id !== userId && user.departmentIds.some((id) => headed.has(id))) people.add(user.id);
    }
    return people;
  }

  /** Whether `user` may see what belongs to these people. */
  sees(user: User, owners: readonly (number | null | undefined)[]): boolean {
    if (user.admin || user.sees === "all") return true;
    if (user.sees === "none") return false;
    if (owners.includes(user.id)) return true;
    const below = this.subordinates(user.id);
    if (owners.some((owner) => owner != null && below.has(owner))) return true;
    if (user.sees !== "department") return false;
    return owners.some((owner) => {
      const other = owner == null ? undefined : this.users.get(owner);
      return other?.departmentIds.some((id) => user.departmentIds.includes(id)) ?? false;
    });
  }
}
