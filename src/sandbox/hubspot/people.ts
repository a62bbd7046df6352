/** Owners, users and teams of one account (facts sheet 5.8 and 8). */
export interface Owner {
  /** what owner properties take */
  id: string;
  /** the person's user id; another number than `id` */
  userId: number;
  email: string;
  firstName: string;
  lastName: string;
  type: "PERSON" | "QUEUE";
  teams: { id: string; primary: boolean }[];
  superAdmin: boolean;
  /** sequences are sent only by people with both */
  connectedInbox: boolean;
  paidSeat: boolean;
  archivedAt: number | null;
  createdAt: number;
  updatedAt: number;
}

export interface Team {
  id: string;
  name: string;
}

export interface OwnerInput {
  email?: string;
  firstName?: string;
  lastName?: string;
  superAdmin?: boolean;
  type?: "PERSON" | "QUEUE";
  connectedInbox?: boolean;
  paidSeat?: boolean;
}

/** Everybody in one account. Owner ids and user ids are different numbers. */
export class People {
  readonly owners = new Map<string, Owner>();
  readonly teams = new Map<string, Team>();
  #nextOwner = 64_492_900;
  #nextUser = 9_100_400;
  #nextTeam = 301_500;

  addOwner(input: OwnerInput, now: number): Owner {
    this.#nextOwner += 17;
    this.#nextUser += 23;
    const id = String(this.#nextOwner);
    const owner: Owner = {
      id,
      userId: this.#nextUser,
      email: input.email ?? `person${id}@portal.example`,
      firstName: input.firstName ?? "Person",
      lastName: input.lastName ?? id,
      type: input.type ?? "PERSON",
      teams: [],
      superAdmin: input.superAdmin ?? this.owners.size === 0,
      connectedInbox: input.connectedInbox ?? true,
      paidSeat: input.paidSeat ?? true,
      archivedAt: null,
      createdAt: now,
      updatedAt: now,
    };
    this.owners.set(id, owner);
    return owner;
  }

  addTeam(name: string): Team {
    const team = { id: String(this.#nextTeam++), name };
    this.teams.set(team.id, team);
    return team;
  }

  byUser(userId: number): Owner | null {
    for (const owner of this.owners.values()) if (owner.userId === userId) return owner;
    return null;
  }

  state(id: string): "active" | "archived" | null {
    const owner = this.owners.get(id);
    return owner ? (owner.archivedAt === null ? "active" : "archived") : null;
  }
}
